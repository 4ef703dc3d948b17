// Command maillage is the whole product: server, demonstration, imports, computations.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	accesscmd "maillage/internal/access/cmd"
	telexpertisecmd "maillage/internal/telexpertise/cmd"
	territorycmd "maillage/internal/territory/cmd"
)

// commands are what the program can do; each is in a file of its own.
type commands struct {
	Demo    demoCommand    `cmd:"" help:"Start a demonstration on this machine: nothing to install, invented people."`
	Serve   serveCommand   `cmd:"" help:"Serve an installation."`
	Migrate migrateCommand `cmd:"" help:"Bring the database to this version of the program."`
	Doctor  doctorCommand  `cmd:"" help:"Check an installation and say what is wrong."`
	Invite  inviteCommand  `cmd:"" help:"Prepare an administrator's account and print the link that opens it."`
	Audit   auditCommand   `cmd:"" help:"Verify or export the audit record."`
	Backup  backupCommand  `cmd:"" help:"Copy the installation while it serves, encrypted."`
	Restore restoreCommand `cmd:"" help:"Put a backup back into an empty installation."`
	Seal    sealCommand    `cmd:"" help:"Rotate and retire the keys that protect patient content."`

	Telexpertise telexpertisecmd.Telexpertise `cmd:"" help:"Tele-expertise: simulate a pool."`

	Access accesscmd.Access `cmd:"" help:"Compute access to care from CSV files: catchments, what-if, placement, indicators."`

	Import importCommand `cmd:"" help:"Import an official file: communes, contours, populations, zones, neighbourhoods, income, doctors, travel times; establishments (finess)."`

	TravelTimes territorycmd.TravelTimes `cmd:"" help:"Ask a routing server (OSRM's table API) for travel times between communes, as a CSV to import."`

	Config kong.ConfigFlag `help:"File of settings (JSON, named as the flags)." placeholder:"FILE"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	parser := kong.Must(&c, kong.Name("maillage"),
		kong.Description("Where access to care is missing, what repairs it, and its effect."),
		kong.Configuration(readSettings, "/etc/maillage/maillage.json"),
		kong.Vars(territorycmd.Vars()),
		kong.DefaultEnvars("MAILLAGE"),
		kong.BindTo(ctx, (*context.Context)(nil)))
	parsed, err := parser.Parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "maillage:", misused(err))
		os.Exit(2)
	}
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "maillage:", oneLine(err))
		os.Exit(exitCode(err))
	}
}

// misused says in one line what is wrong with the arguments, and which help tells more.
func misused(err error) string {
	help := "maillage"
	if wrong := new(kong.ParseError); errors.As(err, &wrong) && wrong.Context != nil && wrong.Context.Selected() != nil {
		help = wrong.Context.Selected().FullPath()
	}
	return oneLine(err) + "; see " + help + " --help"
}

// oneLine says an error in one line: some drivers write a list.
func oneLine(err error) string {
	var parts []string
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(parts, line) {
			parts = append(parts, line)
		}
	}
	return strings.Join(parts, " ")
}

// exitCode is 1, or what the error asks for: 2 says that an input file or a flag cannot be used.
func exitCode(err error) int {
	var coded interface{ ExitCode() int }
	if errors.As(err, &coded) {
		return coded.ExitCode()
	}
	return 1
}
