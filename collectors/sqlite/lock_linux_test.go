package sqlite

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"crosstalk/collectors"
)

const holdLock = "CROSSTALK_TEST_HOLD_LOCK" // names the database that a process of this test locks

// A lock counts between processes only, so another one has to hold it.
func TestLocked(t *testing.T) {
	if path := os.Getenv(holdLock); path != "" {
		hold(t, path)
		return
	}
	path, db := makeDatabase(t, "CREATE TABLE t(a)", "INSERT INTO t VALUES (1)")
	db.Close()
	holder := exec.Command(os.Args[0], "-test.run=^TestLocked$")
	holder.Env = append(os.Environ(), holdLock+"="+path)
	stdin, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := failure(t, path, collectors.Limits{}); !errors.Is(err, ErrLocked) {
		t.Errorf("%v; want %v", err, ErrLocked)
	}
	stdin.Close()
	if err := holder.Wait(); err != nil {
		t.Error(err)
	}
	if err := failure(t, path, collectors.Limits{}); err != nil {
		t.Errorf("unlocked again it gives %v", err)
	}
}

// hold keeps a database locked until standard input ends.
func hold(t *testing.T, path string) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	run(t, db, "BEGIN EXCLUSIVE", "INSERT INTO t VALUES (2)")
	fmt.Println("held")
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	run(t, db, "ROLLBACK")
}
