package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wanfix/wanfix/detect/gpu"
)

var update = flag.Bool("update", false, "write the expected output of the scripts anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wanfix": main})
}

// TestScript runs what a user could have typed, see testdata/script.
func TestScript(t *testing.T) {
	workflows, err := filepath.Abs("../../testdata/workflows")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			// Scripts name the files as a user in their folder would.
			return os.CopyFS(env.WorkDir, os.DirFS(workflows))
		},
		Condition: func(name string) (bool, error) {
			if name == "card" { // this computer has a card of its own
				return len(gpu.Probe(context.Background()).GPUs) > 0, nil
			}
			return false, nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"trim-newline": trimNewline,
		},
	})
}

// trimNewline takes the last newline off files: txtar ends every file with one,
// ComfyUI none.
func trimNewline(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		text := ts.ReadFile(name)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text[:len(text)-1]), 0o644))
	}
}
