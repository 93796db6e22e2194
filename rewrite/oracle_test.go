package rewrite

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
)

// oracle asks an independent checker, where it is at hand, whether a tuned file has an
// error that the original has not.
type oracle struct {
	t       *testing.T
	script  string
	folder  string
	gate    chan struct{}
	waiting sync.WaitGroup
}

const oracleScript = "../../shared/oracle/check_workflow.py"

func newOracle(t *testing.T) *oracle {
	_, err := exec.LookPath("python3")
	script := oracleScript
	if named := os.Getenv("WANFIX_CORPUS"); named != "" {
		script = filepath.Join(filepath.Dir(named), "oracle", filepath.Base(oracleScript))
	}
	if _, missing := os.Stat(script); err != nil || missing != nil {
		return nil
	}
	return &oracle{t: t, script: script, folder: t.TempDir(), gate: make(chan struct{}, 2)}
}

// ask asks about versions of a file in one go, for most of it is the start of the checker.
func (o *oracle) ask(original string, tuned [][]byte) {
	if o == nil || len(tuned) == 0 {
		return
	}
	args := []string{o.script, "--before", original}
	for i, text := range tuned {
		if slices.ContainsFunc(tuned[:i], func(other []byte) bool { return bytes.Equal(text, other) }) {
			continue
		}
		name := filepath.Join(o.folder, strconv.Itoa(i)+filepath.Base(original))
		if err := os.WriteFile(name, text, 0o644); err != nil {
			o.t.Fatal(err)
		}
		args = append(args, name)
	}
	o.waiting.Go(func() {
		o.gate <- struct{}{}
		defer func() { <-o.gate }()
		if out, err := exec.Command("python3", args...).CombinedOutput(); err != nil {
			o.t.Errorf("%s: %v\n%s", original, err, out)
		}
	})
}

func (o *oracle) wait() {
	if o != nil {
		o.waiting.Wait()
	}
}
