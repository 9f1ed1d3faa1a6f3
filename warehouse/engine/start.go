package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"crosstalk/warehouse/engine/internal/child"
	"crosstalk/warehouse/engine/internal/folder"
)

// searchEvery is the pause between looks for an engine that another command starts or that is about to end.
const searchEvery = 20 * time.Millisecond

// acquire takes a lease on the folder's engine. Who gets the folder's lock starts the engine and hands the lock down to
// it; all others wait for that engine's socket, or for the lock of one that ends.
func (e *Engine) acquire(ctx context.Context) (*lease, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	var last error
	for {
		found, err := e.find(ctx)
		if err == nil {
			return found, nil
		}
		last = err
		lock, err := e.folder.Lock()
		switch {
		case err == nil:
			if err := e.start(ctx, lock); err != nil {
				return nil, err
			}
			continue
		case !errors.Is(err, folder.ErrHeld):
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("data folder %s: its engine neither answers nor ends: %w (%w)", string(e.folder), context.Cause(ctx), last)
		case <-time.After(searchEvery):
		}
	}
}

func (e *Engine) find(ctx context.Context) (*lease, error) {
	note, err := e.folder.ReadNote()
	if err != nil {
		return nil, err
	}
	return takeLease(ctx, note.Socket)
}

// start runs an engine and waits until it serves. It takes the lock over.
func (e *Engine) start(ctx context.Context, lock *os.File) error {
	defer lock.Close()
	from, to, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("start the engine: %w", err)
	}
	defer from.Close()
	command, err := e.command(lock, to)
	if err == nil {
		err = command.Start()
		_ = command.Stderr.(io.Closer).Close()
	}
	_ = to.Close()
	if err != nil {
		return fmt.Errorf("start the engine: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	stop := context.AfterFunc(ctx, func() { _ = from.SetReadDeadline(time.Now()) })
	defer stop()
	var report child.Report
	if err := json.NewDecoder(from).Decode(&report); err != nil {
		return e.explain(ctx, command, ended)
	}
	if report.Error != "" {
		return errors.New(report.Error)
	}
	e.log.Info("engine started", "engine_pid", command.Process.Pid)
	return nil
}

// explain says why an engine gave no report.
func (e *Engine) explain(ctx context.Context, command *exec.Cmd, ended <-chan error) error {
	if ctx.Err() != nil {
		_ = command.Process.Kill()
		return fmt.Errorf("the engine did not answer in time: %w; %s may say why", context.Cause(ctx), e.folder.Log())
	}
	return fmt.Errorf("the engine ended while it started (%w); %s may say why", exitReason(<-ended), e.folder.Log())
}

func exitReason(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

// command prepares the engine's process: in a session of its own, so that no terminal's signal reaches it, with only
// what it needs of this process's open files.
func (e *Engine) command(lock, report *os.File) (*exec.Cmd, error) {
	executable := e.options.Executable
	if executable == "" {
		own, err := os.Executable()
		if err != nil {
			return nil, err
		}
		executable = own
	}
	log, err := os.OpenFile(e.folder.Log(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	config := child.Config{Folder: string(e.folder), MemoryLimit: e.options.MemoryLimit, Linger: e.options.Linger}
	command := exec.Command(executable, append(append([]string{}, e.options.Args...), config.Arguments()...)...)
	command.Env = append(append(os.Environ(), "TZ=UTC"), e.options.Env...)
	command.Stdout, command.Stderr = log, log
	command.ExtraFiles = []*os.File{lock, report}
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return command, nil
}
