package rig

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Controller is Kargo's controller, which all tests share: who ends it must not run beside others.
type Controller struct {
	t      *testing.T
	folder string
}

// TheController gives the controller, which runs again when the test is over.
func TheController(t *testing.T) Controller {
	t.Helper()
	c := Controller{t: t, folder: Folder(t)}
	t.Cleanup(func() {
		if !c.runs() {
			c.Start()
		}
	})
	return c
}

func (c Controller) pid() int {
	text, err := os.ReadFile(filepath.Join(c.folder, "pid/kargo-controller"))
	if err != nil {
		c.t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		c.t.Fatal(err)
	}
	return pid
}

// runs says whether it does; what has ended and was not waited for has no program.
func (c Controller) runs() bool {
	_, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(c.pid()), "exe"))
	return err == nil
}

// End sends it a signal and waits until it is gone.
func (c Controller) End(signal syscall.Signal) {
	c.t.Helper()
	if err := syscall.Kill(c.pid(), signal); err != nil {
		c.t.Fatal(err)
	}
	for began := time.Now(); c.runs(); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			c.t.Fatalf("the controller still runs a minute after %s", signal)
		}
	}
}

// Lose takes away what it keeps in its temporary folder.
func (c Controller) Lose() {
	c.t.Helper()
	if err := os.RemoveAll(filepath.Join(c.folder, "tmp/kargo-controller")); err != nil {
		c.t.Fatal(err)
	}
}

// Start starts it again. It outlives the test: run.sh ends it.
func (c Controller) Start() {
	c.t.Helper()
	command := exec.Command(filepath.Join(c.folder, "part/kargo-controller"))
	if err := command.Start(); err != nil {
		c.t.Fatal(err)
	}
	go func() { _ = command.Wait() }()
}
