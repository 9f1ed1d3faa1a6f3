package enginetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"crosstalk/warehouse/engine/internal/chdb"
)

// Server is a ClickHouse server of its own process on 127.0.0.1, with the genuine native protocol and HTTP interface:
// what Crosstalk meets in server mode. It is what the library has of a server, which is no more than a test needs: it
// ends when a client hangs up in the middle of an answer, or gives a wrong password over the native protocol. A test
// that does so takes a server of its own.
type Server struct {
	User, Password string
	nativePort     int
	httpPort       int
	output         *output
}

// Native is the address of a database by the native protocol.
func (s *Server) Native(database string) string { return s.dsn("clickhouse", s.nativePort, database) }

// HTTP is the address of a database by the HTTP interface.
func (s *Server) HTTP(database string) string { return s.dsn("http", s.httpPort, database) }

func (s *Server) dsn(scheme string, port int, database string) string {
	u := url.URL{Scheme: scheme, User: url.UserPassword(s.User, s.Password), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Path: "/" + database}
	return u.String()
}

// Output is what the server said on its standard error so far.
func (s *Server) Output() string { return s.output.String() }

// serverUsers gives the user `default`, as which the process itself logs in, the right to listen and to wait, and
// everything else to a user with a password.
const serverUsers = `<clickhouse>
    <profiles><default></default></profiles>
    <quotas><default></default></quotas>
    <users>
        <default>
            <password></password>
            <networks><ip>127.0.0.1</ip><ip>::1</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
            <grants>
                <query>GRANT SYSTEM LISTEN ON *.*</query>
                <query>GRANT CREATE TEMPORARY TABLE ON *.*</query>
                <query>GRANT READ ON FILE</query>
            </grants>
        </default>
        <tester>
            <password>%s</password>
            <networks><ip>127.0.0.1</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
            <access_management>1</access_management>
        </tester>
    </users>
</clickhouse>
`

const serverConfiguration = `<clickhouse>
    <users_config>%s</users_config>
    <mark_cache_size>67108864</mark_cache_size>
    <background_schedule_pool_size>8</background_schedule_pool_size>
    <backups><allowed_path>%s</allowed_path></backups>
</clickhouse>
`

// serverStatements listen, and then wait for the end of standard input, which comes when the test's process ends.
const serverStatements = "SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; SELECT count() FROM file('/dev/stdin', 'LineAsString', 'line String') FORMAT Null"

// StartServer starts a server with an empty data folder; it ends with the test.
func StartServer(t testing.TB) *Server {
	t.Helper()
	if _, err := chdb.Find(); err != nil {
		t.Fatalf("enginetest: %v", err)
	}
	s := &Server{User: "tester", Password: rand.Text(), nativePort: freePort(t), httpPort: freePort(t), output: &output{}}
	folder := t.TempDir()
	users := writeFile(t, folder, "users.xml", fmt.Sprintf(serverUsers, s.Password))
	config := writeFile(t, folder, "config.xml", fmt.Sprintf(serverConfiguration, users, filepath.Join(folder, "backups")))
	command := exec.Command(os.Args[0], "--path", filepath.Join(folder, "data"), "--config-file", config, "--listen_host", "127.0.0.1",
		"--tcp_port", strconv.Itoa(s.nativePort), "--http_port", strconv.Itoa(s.httpPort), "--multiquery", "--query", serverStatements)
	command.Env = append(os.Environ(), childVariable+"=server", "TZ=UTC")
	command.Stderr = s.output
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatalf("enginetest: %v", err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("enginetest: start the server: %v", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = command.Process.Kill() // its folder goes too; a clean end may wait for open connections
		_ = input.Close()
		<-ended
	})
	s.waitUntilReady(t, ended)
	return s
}

// runServer is the server's process.
func runServer(args []string) int {
	path, err := chdb.Find()
	if err == nil {
		var lib *chdb.Library
		if lib, err = chdb.Load(path); err == nil {
			err = lib.RunLocal(args...)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func (s *Server) waitUntilReady(t testing.TB, ended <-chan struct{}) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := s.ping()
		if err == nil {
			return
		}
		select {
		case <-ended:
			t.Fatalf("enginetest: the server ended while it started: %s", s.Output())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("enginetest: the server does not answer: %v: %s", err, s.Output())
		}
	}
}

func (s *Server) ping() error {
	for _, dsn := range []string{s.Native(""), s.HTTP("")} {
		options, err := clickhouse.ParseDSN(dsn)
		if err != nil {
			return err
		}
		c, err := clickhouse.Open(options)
		if err != nil {
			return err
		}
		err = c.Ping(context.Background())
		_ = c.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// freePort finds a port that nobody listens on; another process could take it before the server does, which then fails
// to start.
func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("enginetest: find a port: %v", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func writeFile(t testing.TB, folder, name, content string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatalf("enginetest: %v", err)
	}
	return path
}
