// Package access computes access to care: floating catchment methods, what-if, indicators, zoning and placement. It is pure
// computation over parallel arrays: no database, clock, HTTP or logging, and the same result on any number of cores.
//
// # Vocabulary
//
// Demand places i (communes, weighted by their population P_i) reach supply places j (communes with S_j consultations a year) at
// a travel cost t_ij, in minutes by car between town halls, 0 inside a commune. A [Decay] w turns the cost into a weight in 0..1.
// [Links] holds the costs, [Catchment] the weights in both directions, [Model] everything that a map, a commune's page, a
// sandbox and a placement read.
//
// # Methods
//
//   - [TwoStep], two-step floating catchment area: R_j = S_j / Σ_k w_kj·P_k, then A_i = Σ_j w_ij·R_j (Luo & Wang 2003; with
//     a decay, Luo & Qi 2009). With S in consultations and P standardised by age, A is the APL of DREES (Barlet, Coldefy, Collin &
//     Lucas-Gabrielli 2012): consultations a year per standardised inhabitant.
//   - [ThreeStep]: each pair is also weighted by the odds of being chosen, G_ij = w_ij / Σ_k w_ik, over all places in reach, whatever
//     they offer: R_j = S_j / Σ_k G_kj·w_kj·P_k, A_i = Σ_j G_ij·w_ij·R_j (Wan, Zou & Sternberg 2012).
//   - [Balanced]: demand and level of service are shared out instead of counted several times: R_j = S_j / Σ_i P_i·w_ij/Σ_k w_ik,
//     A_i = Σ_j R_j·w_ij/Σ_k w_kj (Páez, Higgins & Vivona 2019).
//   - [Rational], rational agent access model: the travel and congestion cost at which nobody gains by going elsewhere,
//     c_ij = D_j/(ρ·S_j) + t_ij/τ, ρ = ΣP/ΣS (Saxon & Snow 2020). Lower is better.
//
// Supply that no demand reaches offers nothing; demand that reaches nothing gets 0. Where every supply place is reached by
// somebody, the first two conserve what is offered: Σ_i P_i·A_i = Σ_j S_j.
//
// # What if
//
// Loads Σ w·P do not depend on doctors, so A is linear in S: adding ΔS at site j adds w_ij·ΔS/load_j to each neighbour. A
// [Sandbox] walks over those neighbours and can undo. [Model.Explain] lists what each supply place brings to one commune.
//
// # Where next
//
// [Model.Place] adds units of supply, [Links.Locate] opens sites, both under caps, forbidden and fixed sites, a budget and ceilings by
// region. A [Plan] is a ranked list with a bound that no admissible list can pass, from a dual solution: "at least x % of the
// best possible" is [Plan.AtLeast], never a guess.
//
//   - [Shortfall] lowers Σ P_i·max(0, τ−A_i): submodular, so a lazy greedy list (Minoux 1978) is nested and near the best; exact
//     moves of single units improve it where the bound leaves more than 1 %. Bound: linear dual with mixed integer rounding cuts.
//   - [Headcount] lifts inhabitants over τ: packages of k units at one site, or at several where one does not suffice, then ruin and
//     recreate. Same bound, which is weak here: read AtLeast as a floor.
//   - [MaxMin] raises the lowest access. Bound: the best mean over places that shares can be put on.
//   - These and Coverage try every list where they are few: the best is then known, and is the bound.
//   - [Coverage], maximal covering (Church & ReVelle 1974), is the first with needs of 1.
//   - [Distance], p-median (Hakimi 1964): vertex substitution (Teitz & Bart 1968) from the sets that a Lagrangian relaxation
//     favours (Cornuéjols, Fisher & Nemhauser 1977). [Links.CoverAll] finds the fewest sites that reach everybody (Toregas et al. 1971).
//
// # Around it
//
// [Measure] sums access up over the population (deciles, shares below thresholds, Foster–Greer–Thorbecke, Gini, Theil, concentration by
// income), [Lorenz] draws its curve, [Cliff] what remains without the doctors over an age. [ZoningRule] classes places by dated
// thresholds. [SupplyOf] turns doctors into consultations, [Standardise] weighs a population by age, [EstimateLinks] stands in for a
// travel-time matrix: t = 1.44 + 1.062·km^1.019 over crow-fly kilometres (fitted on 2,500 real pairs, mean error 2.6 minutes under
// 25 km), always to be shown as estimated.
//
// # In an application
//
//	links, err := access.EstimateLinks(positions, positions, nil, decay.Reach()) // or NewLinks from a matrix
//	model, err := access.NewModel(links, decay, population, supply)             // model.Value is what the map shows
//	parts := model.Explain(commune)                                            // why this value
//	sandbox := model.Sandbox(); err = sandbox.Add(commune, 2*5400)             // what if; sandbox.Undo()
//	plan, err := model.Place(access.Request{Objective: access.Shortfall, N: 10, Tau: 2.5, Unit: 5400})
//
// A Model, Links and Catchment may be read by several goroutines at once; a Sandbox belongs to one.
package access
