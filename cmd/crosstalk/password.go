package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"crosstalk/access"
)

// mostPassword bounds what is read for a password; the rule about its length is the access package's.
const mostPassword = 4096

// newPassword gets a new password for a user: from a file, from a terminal twice, or from the first line of standard
// input. It is never an argument, which everybody on the machine could see.
func (a *app) newPassword(ctx context.Context, name, file string) (string, error) {
	password, err := a.readPassword(ctx, name, file)
	if err != nil {
		return "", err
	}
	return password, access.CheckPassword(name, password)
}

func (a *app) readPassword(ctx context.Context, name, file string) (string, error) {
	if file != "" {
		return passwordFromFile(file)
	}
	terminal, ok := a.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		return firstLine(a.stdin, "standard input")
	}
	first, err := a.askPassword(ctx, terminal, "password for "+name+": ")
	if err != nil {
		return "", err
	}
	second, err := a.askPassword(ctx, terminal, "the same again: ")
	if err == nil && first != second {
		err = errors.New("the two passwords differ: try again")
	}
	return first, err
}

// askPassword asks without echo. An interrupt restores the terminal and ends the command.
func (a *app) askPassword(ctx context.Context, terminal *os.File, question string) (string, error) {
	state, err := term.GetState(int(terminal.Fd()))
	if err != nil {
		return "", fmt.Errorf("ask for the password: %w", err)
	}
	fmt.Fprint(a.stderr, question)
	defer fmt.Fprintln(a.stderr)
	type answer struct {
		password []byte
		err      error
	}
	answers := make(chan answer, 1)
	go func() {
		password, err := term.ReadPassword(int(terminal.Fd()))
		answers <- answer{password, err}
	}()
	select {
	case <-ctx.Done():
		return "", errors.Join(ctx.Err(), term.Restore(int(terminal.Fd()), state))
	case got := <-answers:
		if got.err != nil {
			return "", fmt.Errorf("ask for the password: %w", got.err)
		}
		return string(got.password), nil
	}
}

func passwordFromFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("--password-file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("--password-file: %w", err)
	}
	if info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("--password-file %s can be read by others: run chmod 600 on it and change the password", path)
	}
	return firstLine(f, "--password-file")
}

func firstLine(r io.Reader, from string) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, mostPassword)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password from %s: %w", from, err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", fmt.Errorf("%s holds no password: its first line is the password", from)
	}
	return line, nil
}
