// Package child is the process in which ClickHouse runs: it loads the library, serves ClickHouse's HTTP interface on a
// Unix socket that its user alone can open, and ends when nobody holds a lease any more. It must never write a statement
// or a value to its log, and is not for use inside a process that does anything else.
package child

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"crosstalk/warehouse/engine/internal/chdb"
	"crosstalk/warehouse/engine/internal/folder"
)

// What the starter hands over as open files: the folder's lock, and a pipe for the one Report.
const (
	lockFile   = 3
	reportFile = 4
)

const (
	firstLease = 10 * time.Second // how long a new engine waits for its first lease
	patience   = 5 * time.Second  // how long an engine that ends waits for its statements
)

// Report is how a new engine tells its starter that it serves, or why it does not.
type Report struct {
	Error string `json:"error,omitempty"`
}

// Config is what a starter chooses.
type Config struct {
	Folder      string
	MemoryLimit uint64        // bytes; 0 for half of the machine's
	Linger      time.Duration // after the last lease
}

// Arguments writes the configuration for a command line.
func (c Config) Arguments() []string {
	return []string{"-folder", c.Folder, "-memory-limit", fmt.Sprint(c.MemoryLimit), "-linger", c.Linger.String()}
}

func parseArguments(args []string) (Config, error) {
	var c Config
	flags := flag.NewFlagSet("engine", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&c.Folder, "folder", "", "")
	flags.Uint64Var(&c.MemoryLimit, "memory-limit", 0, "")
	flags.DurationVar(&c.Linger, "linger", 0, "")
	err := flags.Parse(args)
	return c, err
}

// Run is the whole life of the process; its result is the exit code.
func Run(args []string) int {
	config, err := parseArguments(args)
	report := os.NewFile(reportFile, "report")
	if info, statErr := report.Stat(); err != nil || statErr != nil || info.Mode()&os.ModeNamedPipe == 0 {
		fmt.Fprintln(os.Stderr, "crosstalk: this command is for crosstalk itself, which runs ClickHouse in it")
		return 2
	}
	syscall.CloseOnExec(lockFile)
	syscall.CloseOnExec(reportFile)
	syscall.Umask(0o077) // the socket and all data are this user's alone from the moment they are made
	f := folder.Folder(config.Folder)
	log := slog.New(slog.NewTextHandler(&boundedLog{path: f.Log(), most: mostLogged, file: os.Stderr}, nil)).With("pid", os.Getpid())
	tell := func(r Report) {
		_ = json.NewEncoder(report).Encode(r)
		_ = report.Close()
	}
	if err := run(f, config, log, func() { tell(Report{}) }); err != nil {
		log.Error("the engine failed", "reason", err)
		tell(Report{Error: err.Error()})
		return 1
	}
	return 0
}

func run(f folder.Folder, config Config, log *slog.Logger, ready func()) error {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	begun := time.Now()
	clickhouse, version, err := start(f, config)
	if err != nil {
		return err
	}
	listener, err := listen(f)
	if err != nil {
		return err
	}
	defer f.RemoveNote()
	held := newLeases(config.Linger, firstLease)
	mux := http.NewServeMux()
	mux.Handle("/", &service{sessions: clickhouse, log: log})
	mux.HandleFunc("/ping", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "Ok.\n") })
	mux.HandleFunc("POST /lease", held.serve(Greeting{PID: os.Getpid(), Version: version}))
	server := &http.Server{Handler: mux, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	log.Info("the engine serves", "clickhouse", version, "milliseconds", time.Since(begun).Milliseconds())
	ready()
	select {
	case <-stop.Done():
	case <-held.over:
	case err = <-failed:
	}
	return errors.Join(err, end(held, server, clickhouse, log))
}

// start loads the library and opens the data, unless a newer one wrote it.
func start(f folder.Folder, config Config) (*sessions, string, error) {
	path, err := chdb.Find()
	if err != nil {
		return nil, "", err
	}
	lib, err := chdb.Load(path)
	if err != nil {
		return nil, "", err
	}
	if err := f.CheckVersion(lib.Version()); err != nil {
		return nil, "", err
	}
	if err := os.Chdir(string(f)); err != nil { // not to hold on to the starter's working directory
		return nil, "", fmt.Errorf("data folder %s: %w", string(f), err)
	}
	if err := writeConfiguration(f, config.MemoryLimit); err != nil {
		return nil, "", err
	}
	clickhouse, err := newSessions(lib, f.ClickHouse(), "--config-file="+f.Config())
	if err != nil {
		return nil, "", fmt.Errorf("data folder %s: %w", string(f), err)
	}
	version, err := clickhouse.serverVersion()
	if err != nil {
		return nil, "", fmt.Errorf("data folder %s: %w", string(f), err)
	}
	return clickhouse, version, f.RecordVersion(lib.Version())
}

// listen opens the socket, in place of one that an engine left behind: this process holds the folder's lock, so that no
// other can be using it.
func listen(f folder.Folder) (net.Listener, error) {
	path, err := f.SocketPath()
	if err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove the socket of an earlier engine: %w", err)
	}
	listener, err := net.Listen("unix", path)
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("open the engine's socket: %w", err)
	}
	return listener, f.WriteNote(folder.Note{PID: os.Getpid(), Socket: path})
}

// end lets the running statements finish for a while, stops the rest, and closes ClickHouse.
func end(held *leases, server *http.Server, clickhouse *sessions, log *slog.Logger) error {
	held.end()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		_ = server.Close()
	}
	clean := clickhouse.close(patience)
	log.Info("the engine ends", "clean", clean)
	return nil
}
