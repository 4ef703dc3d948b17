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
package access
