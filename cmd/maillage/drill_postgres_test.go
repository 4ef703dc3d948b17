package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"maillage/internal/platform/db"
)

// cluster is a PostgreSQL of this drill's own, which it may kill. It keeps what it acknowledges: fsync is on.
type cluster struct {
	t    testing.TB
	bin  string
	dir  string
	port string
	as   *syscall.Credential
}

// newCluster makes and starts a cluster, or skips where PostgreSQL is not installed.
func newCluster(t testing.TB) *cluster {
	t.Helper()
	if !*full && *rounds == 0 {
		t.Skip("a PostgreSQL to kill takes its time: make drills DRILLS=Postgres")
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(found) == 0 {
		t.Skip("no PostgreSQL here")
	}
	dir, err := os.MkdirTemp("/tmp", "maillage-drill-pg")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	c := &cluster{t: t, bin: slices.Max(found), dir: dir}
	if os.Geteuid() == 0 { // PostgreSQL refuses to run as root
		who, err := user.Lookup("postgres")
		if err != nil {
			t.Skip("nobody to run PostgreSQL as")
		}
		uid, _ := strconv.Atoi(who.Uid)
		gid, _ := strconv.Atoi(who.Gid)
		c.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		must(t, os.Chown(dir, uid, gid))
	}
	_, c.port, _ = net.SplitHostPort(freeAddress(t))
	c.run("initdb", "-D", c.data(), "-U", "maillage", "-A", "trust", "--encoding=UTF8", "--locale=C")
	c.start()
	t.Cleanup(c.stop)
	return c
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }
func (c *cluster) url() string {
	return "postgres://maillage@127.0.0.1:" + c.port + "/postgres?sslmode=disable"
}

// database makes an empty database and gives its address.
func (c *cluster) database() string {
	c.t.Helper()
	name := "d" + db.NewID()
	d, err := db.OpenBeside(context.Background(), c.url())
	must(c.t, err)
	defer func() { _ = d.Close() }()
	_, err = d.Exec("CREATE DATABASE " + name)
	must(c.t, err)
	return strings.Replace(c.url(), "/postgres?", "/"+name+"?", 1)
}

func (c *cluster) run(name string, args ...string) {
	c.t.Helper()
	if out, err := c.command(name, args...).CombinedOutput(); err != nil {
		c.t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir, cmd.SysProcAttr = c.dir, &syscall.SysProcAttr{Credential: c.as}
	return cmd
}

func (c *cluster) start() {
	c.t.Helper()
	c.run("pg_ctl", "-D", c.data(), "-l", filepath.Join(c.dir, "log"), "-w", "-t", "120", "-o",
		fmt.Sprintf("-p %s -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s", c.port, c.dir), "start")
}

func (c *cluster) stop() {
	_ = c.command("pg_ctl", "-D", c.data(), "-m", "immediate", "-w", "stop").Run()
}

// kill ends the whole cluster at once: the postmaster with SIGKILL, its children with it.
func (c *cluster) kill() {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	must(c.t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(bytes.SplitN(text, []byte("\n"), 2)[0])))
	must(c.t, err)
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	_ = syscall.Kill(pid, syscall.SIGKILL)
	for _, child := range strings.Fields(string(children)) {
		if n, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(n, syscall.SIGKILL)
		}
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for syscall.Kill(pid, 0) == nil {
		<-tick.C
	}
	must(c.t, os.Remove(filepath.Join(c.data(), "postmaster.pid")))
}

// PostgreSQL killed under eight writers: nothing acknowledged is lost, nothing happens twice, the service is ready again by itself.
func TestDrillPostgresKilled(t *testing.T) {
	c := newCluster(t)
	s := begin(t, filepath.Join(t.TempDir(), "data"), "--db", c.url())
	f := newFleet(s)
	n := 0
	var ready []time.Duration
	for n = range repeat(1, 50) {
		ctx, cancel := context.WithCancel(context.Background())
		writing := f.run(ctx)
		f.writes(t)
		<-time.After(time.Second)
		c.kill()
		cancel()
		writing.Wait()
		c.start()
		began := time.Now()
		if !s.becomes(http.StatusOK, "/readyz", time.Minute) {
			t.Fatal("never ready again")
		}
		ready = append(ready, time.Since(began))
	}
	refused := 0
	for _, r := range f.refused { // while the database is away, a refusal is the right answer: 500 or 503, nothing kept
		if !strings.Contains(r, ": 503 ") {
			refused++
			t.Logf("%s\n%s", r, s.log.String())
		}
	}
	lost, twice := f.lost(t, c.url())
	t.Logf("PostgreSQL killed: %d cycles, %d cases acknowledged, %d lost, %d effects twice, %d answers refused while it was away, %d of them other than 503; ready again: median %s, p99 %s",
		n, len(f.acknowledged), len(lost), twice, len(f.refused), refused, percentile(ready, 0.5), percentile(ready, 0.99))
	if len(lost) > 0 || twice > 0 || refused > 0 || len(f.acknowledged) == 0 {
		t.Errorf("lost: %v", lost)
	}
}

// The database away for a while: alive, not ready, nothing opens meanwhile, and all comes back by itself.
func TestDrillPostgresAway(t *testing.T) {
	c := newCluster(t)
	s := begin(t, filepath.Join(t.TempDir(), "data"), "--db", c.url())
	doctor := s.as("demo-gp")
	away := time.Duration(times(60, 60)) * time.Second
	c.stop()
	ctx, cancel := context.WithTimeout(context.Background(), away)
	defer cancel()
	live, unready, open, asked := 0, 0, 0, 0
	for ctx.Err() == nil {
		asked++
		if status, _, _ := doctor.get("/livez"); status == http.StatusOK {
			live++
		}
		if status, _, _ := doctor.get("/readyz"); status == http.StatusServiceUnavailable {
			unready++
		}
		for _, path := range []string{"/telexpertise/avis", "/administration/comptes", "/instruction", "/telexpertise/api/demandes"} {
			if status, text, err := doctor.get(path); err != nil || status < 400 {
				open++
				t.Errorf("%s while the database is away: %d %v %.200s", path, status, err, text)
			}
		}
	}
	c.start()
	began := time.Now()
	back := s.becomes(http.StatusOK, "/readyz", time.Minute)
	took := time.Since(began)
	status, _, err := doctor.get("/telexpertise/api/demandes")
	t.Logf("database away %s: asked %d times, /livez 200 %d times, /readyz 503 %d times, %d doors open; ready again after %s", away, asked, live, unready, open, took.Round(time.Millisecond))
	if !back || live != asked || unready != asked || status != http.StatusOK || err != nil {
		t.Errorf("back %v; the doctor gets %d %v", back, status, err)
	}
}
