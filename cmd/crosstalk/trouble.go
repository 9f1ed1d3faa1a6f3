package main

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/sys/unix"

	"crosstalk/collectors"
	"crosstalk/warehouse"
)

// What ClickHouse says when its disk is full, and what the system says to itself.
const (
	noSpaceLeft  = "NOT_ENOUGH_SPACE"
	noDeviceLeft = "no space left on device"
)

// isFull reports whether a disk is full: that of the data folder, or the server's.
func isFull(err error) bool {
	text := err.Error()
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || strings.Contains(text, noSpaceLeft) || strings.Contains(strings.ToLower(text), noDeviceLeft)
}

// roomless says of a full disk what to do, once the warehouse was asked for; other errors say it
// themselves.
func (a *app) roomless(err error) error {
	switch {
	case err == nil || !a.opened || !isFull(err):
		return err
	case a.dsn != "" && !errors.Is(err, unix.ENOSPC):
		return errors.New("the disk of the ClickHouse server is full: make room there and do the same again; nothing half-read is shown")
	}
	return fmt.Errorf("the disk of the data folder %s is full: make room and do the same again; nothing half-read is shown", a.data)
}

// unreadable says of a path that is at fault itself what to do; other errors say it
// themselves.
func unreadable(path string, err error) error {
	name := printable(filepath.Base(path))
	switch {
	case warehouse.OwnFault(err):
		return err
	case errors.Is(err, collectors.ErrBomb):
		return fmt.Errorf("%s %w, and nothing of it was kept: if it is genuine, unpack it and import the folder", name, collectors.ErrBomb)
	case errors.Is(err, collectors.ErrEncrypted):
		return fmt.Errorf("%s: %w", name, err)
	case collectors.IsDamage(err):
		part, closed := damagedPart(path)
		if closed != nil {
			return closed // which names the archive
		}
		return fmt.Errorf("%s%s is damaged or was cut off, and nothing of it was kept: get it again (%w)", name, part, err)
	}
	return err
}

// damagedPart finds which file of a folder or archive is at fault, if the beginnings of its files
// tell; the error is that of an archive that cannot be opened at all.
func damagedPart(path string) (part string, err error) {
	t, err := collectors.OpenTree(path, collectors.Limits{})
	if err != nil {
		return "", err
	}
	defer t.Close()
	if t.Single() {
		return "", nil
	}
	for _, f := range t.Files() {
		if _, err := t.Head(f.Path, 4<<10); err != nil {
			return ": " + printable(f.Path), nil
		}
	}
	return "", nil
}

// printable is a name that a terminal shows as one line and does not obey.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, name)
}

// checkDSN finds what is wrong with the address of a server, which is not repeated: it may
// hold a password.
func checkDSN(dsn string) error {
	if dsn == "" {
		return nil
	}
	const form = "--clickhouse is not an address of the form clickhouse://user:password@host:9000/database or http(s)://…"
	u, err := url.Parse(dsn)
	if err != nil {
		return usage("%s: write signs other than letters and digits in user and password as %%XX", form)
	}
	switch u.Scheme {
	case "clickhouse", "tcp", "http", "https":
	default:
		return usage("%s: it begins with clickhouse://, http:// or https://", form)
	}
	for host := range strings.SplitSeq(u.Host, ",") {
		if _, port, ok := strings.Cut(host[strings.LastIndex(host, "]")+1:], ":"); ok || host == "" {
			if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
				return usage("%s: name a host, and its port by a number", form)
			}
		}
	}
	return nil
}
