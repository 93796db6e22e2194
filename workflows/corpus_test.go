package workflows_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// indexed is what other code says of a file of the corpus.
type indexed struct {
	File  string
	Nodes []indexedNode `json:"nodes_of_interest"`
}

type indexedNode struct {
	Type    string
	ID      any
	Scope   string // "root", a subgraph's id, "" in an API prompt
	Values  any    // by widget name, where the index knows names
	Compile string // of a loader: active, linked-inactive, none
}

// corpus returns the folder of real workflows, which is not part of the project,
// and what its index says.
func corpus(t testing.TB) (folder string, files []indexed) {
	t.Helper()
	if folder = os.Getenv("WANFIX_CORPUS"); folder == "" {
		folder = "../../shared/corpus"
	}
	text, err := os.ReadFile(filepath.Join(folder, "index.json"))
	if err != nil {
		t.Skipf("there is no corpus: %v; WANFIX_CORPUS names another folder", err)
	}
	var index struct{ Files []indexed }
	if err := json.Unmarshal(text, &index); err != nil {
		t.Fatal(err)
	}
	return folder, index.Files
}

// TestCorpusParses reads every file; what is refused says where and why.
func TestCorpusParses(t *testing.T) {
	folder, files := corpus(t)
	forms := map[string]int{}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(folder, f.File))
		if err != nil {
			t.Fatal(err)
		}
		file, err := workflows.Parse(text, rules.BuiltinNodes())
		var unread *workflows.Error
		switch {
		case err == nil:
			forms[file.Parts[0].Form.String()]++
		case errors.As(err, &unread) && unread.Line > 0 && unread.Reason != "":
			forms["refused"]++
		default:
			t.Errorf("%s: %v", f.File, err)
		}
	}
	t.Logf("%d files: %v", len(files), forms)
}

// TestCorpusValues compares the widgets of every node that both know, and what
// compile settings reach each loader, with what the index says.
func TestCorpusValues(t *testing.T) {
	folder, files := corpus(t)
	equal, loaders := map[string]int{}, map[string]int{}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(folder, f.File))
		if err != nil {
			t.Fatal(err)
		}
		file, err := workflows.Parse(text, rules.BuiltinNodes())
		if err != nil {
			continue
		}
		for _, n := range f.Nodes {
			home := homeOf(file.Parts[0], n)
			if home == nil {
				t.Errorf("%s: node %v of %q is not found", f.File, n.ID, n.Scope)
				continue
			}
			if home.Signature == nil || len(home.Signature.Inputs()) == 0 {
				continue // a class that is only counted
			}
			values, _ := n.Values.(map[string]any)
			for name, want := range values {
				if got := home.Written(home.Signature.Today(name)); fmt.Sprint(got.Value()) != fmt.Sprint(want) {
					t.Errorf("%s: %s · %s is %s, the index has %v", f.File, home.Name(), name, got.Raw, want)
					continue
				}
				equal[n.Type]++
			}
			if n.Type != wanLoader {
				continue
			}
			for _, r := range file.Parts[0].Runs {
				if r.Home != home {
					continue
				}
				if state := compileState(r); state != n.Compile {
					t.Errorf("%s: compile settings of %s: %s, the index has %s", f.File, r, state, n.Compile)
				}
				loaders[n.Compile]++
			}
		}
	}
	t.Logf("equal values: %v; loaders by compile settings: %v", equal, loaders)
}

func homeOf(part *workflows.Part, n indexedNode) *workflows.Home {
	graph := part.Root
	if n.Scope != "root" && n.Scope != "" {
		i := slices.IndexFunc(part.Definitions, func(g *workflows.Graph) bool { return g.ID == n.Scope })
		if i < 0 {
			return nil
		}
		graph = part.Definitions[i]
	}
	return graph.Home(fmt.Sprint(n.ID))
}

func compileState(r *workflows.Run) string {
	switch wire := r.Wire(r.Home.Signature.Takes["compile"]); {
	case wire.Arrives():
		return "active"
	case wire.Kind == workflows.Lost:
		return "linked-inactive"
	}
	return "none"
}
