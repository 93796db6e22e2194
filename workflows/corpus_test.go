package workflows_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// corpusIndex is what somebody else's reader, written in another language, says
// of the workflows in the corpus.
type corpusIndex struct {
	Files []struct {
		File, Format string
		Nodes        []corpusNode `json:"nodes_of_interest"`
	}
}

type corpusNode struct {
	Type  string
	ID    any             // a number in the UI form, text in an API prompt
	Scope string          // "root", the id of a definition, or "" in an API prompt
	Raw   json.RawMessage `json:"values"` // by name, or a list where that reader knew no names
	// Compile, Swap and VRAM tell of a loader's inputs: "none" is linked, what is
	// linked is "active", or "linked-inactive" because it is muted or bypassed.
	Compile, Swap, VRAM string
}

// corpusDiffers lists where this package and the index differ, with the reason.
// Keys are "file node what".
var corpusDiffers = map[string]string{}

func corpus(t *testing.T) (dir string, index corpusIndex) {
	t.Helper()
	dir = os.Getenv("WANFIX_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "corpus")
	}
	text, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no corpus in %s; set WANFIX_CORPUS to the folder with its index.json", dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&index); err != nil {
		t.Fatal(err)
	}
	return dir, index
}

// known are the classes that packs tell of, and of all others what their Python says, as
// ComfyUI would tell it.
type known struct {
	python map[string]string // definitions
	read   map[string]*workflows.Class
}

func (k known) Class(name string) *workflows.Class {
	class := rules.BuiltinNodes().Class(name)
	text, ok := k.python[name]
	if !ok || class != nil && len(class.Inputs()) > 0 {
		return class
	}
	if k.read[name] == nil {
		k.read[name], _ = workflows.ReadDefinition(name, text, "Python", class)
	}
	return k.read[name]
}

// pythonClasses writes the newest upstream version of every class with widgets that
// facts/node-schemas.json has, which stands beside the corpus, as ComfyUI answers to
// /object_info.
func pythonClasses(t *testing.T, corpus string) known {
	text, err := os.ReadFile(filepath.Join(corpus, "..", "facts", "node-schemas.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Log("no node-schemas.json beside the corpus: only the classes that packs tell of are compared")
		return known{}
	}
	var versions map[string][]struct {
		Source string
		Slots  []string
		Inputs []struct {
			Name, Group, Type string
			Options           []any
			Default, Min, Max any
			ForceInput        bool
		}
	}
	if err == nil {
		err = json.Unmarshal(text, &versions)
	}
	if err != nil {
		t.Fatal(err)
	}
	k := known{map[string]string{}, map[string]*workflows.Class{}}
	for name, all := range versions {
		for _, v := range all {
			if v.Source != "upstream" || len(v.Slots) == 0 {
				continue // of a class that does nothing any more, the last that did
			}
			input, order := map[string]map[string]any{}, map[string][]string{}
			for _, in := range v.Inputs {
				options := map[string]any{"forceInput": in.ForceInput}
				for key, value := range map[string]any{"default": in.Default, "min": in.Min, "max": in.Max} {
					if value != nil {
						options[key] = value
					}
				}
				var kind any = in.Type
				if in.Type == "COMBO" {
					kind = append([]any{}, in.Options...)
				}
				if input[in.Group] == nil {
					input[in.Group] = map[string]any{}
				}
				input[in.Group][in.Name] = []any{kind, options}
				order[in.Group] = append(order[in.Group], in.Name)
			}
			definition, err := json.Marshal(map[string]any{"input": input, "input_order": order})
			if err != nil {
				t.Fatal(err)
			}
			k.python[name] = string(definition)
		}
	}
	return k
}

func TestCorpus(t *testing.T) {
	dir, index := corpus(t)
	signatures := pythonClasses(t, dir)
	counts := map[string]int{}
	unused := map[string]bool{}
	for key := range corpusDiffers {
		unused[key] = true
	}
	for _, entry := range index.Files {
		text, err := os.ReadFile(filepath.Join(dir, entry.File))
		if err != nil {
			t.Fatal(err)
		}
		differs := func(what, got, want string) {
			key := entry.File + " " + what
			if corpusDiffers[key] == "" {
				t.Errorf("%s: %s, the index says %s", key, got, want)
			}
			delete(unused, key)
		}
		file, err := workflows.Parse(text, signatures)
		counts[entry.Format+" files"]++
		bare := entry.Format == "ui-0.4" || entry.Format == "api"
		if readable := bare || entry.Format == "other"; readable != (err == nil) {
			differs("parse", reason(err), entry.Format)
		}
		if err == nil && bare != (file.Parts[0].Path == "") {
			differs("path", file.Parts[0].Path, entry.Format)
		}
		var at *workflows.Error
		if err != nil && !errors.As(err, &at) {
			t.Errorf("%s: error %T, want *workflows.Error", entry.File, err)
		}
		if err != nil {
			counts["files refused"]++
			continue
		}
		for _, r := range file.Parts[0].Runs {
			askAll(t, file, r)
		}
		for _, node := range entry.Nodes {
			id := entry.Format + " " + node.Scope + "#" + jsonText(node.ID)
			home := findHome(file.Parts[0], node)
			if home == nil || home.Class != node.Type {
				differs(id, "no such node", node.Type)
				continue
			}
			byName := home.Graph.Part.Form == workflows.API // then nothing need be known of the class
			if !byName && (home.Signature == nil || len(home.Signature.Inputs()) == 0) {
				counts["nodes of classes whose inputs are not known"]++
				continue
			}
			counts["nodes in scope "+map[bool]string{true: "root", false: "subgraph"}[home.Graph.ID == ""]]++
			compareValues(home, node, counts, func(name, got, want string) { differs(id+"."+name, got, want) })
			compareLoader(file.Parts[0], home, node, counts, func(role, got, want string) { differs(id+" "+role, got, want) })
		}
	}
	if counts["values that agree"] == 0 {
		t.Error("no value was compared")
	}
	for key := range unused {
		t.Errorf("corpusDiffers: %s does not differ any more", key)
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%5d %s", counts[name], name)
	}
}

func reason(err error) string {
	if err == nil {
		return "is read"
	}
	return err.Error()
}

func jsonText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	return value.(json.Number).String()
}

func findHome(part *workflows.Part, node corpusNode) *workflows.Home {
	if node.Scope == "" || node.Scope == "root" {
		return part.Root.Home(jsonText(node.ID))
	}
	for _, g := range part.Definitions {
		if g.ID == node.Scope {
			return g.Home(jsonText(node.ID))
		}
	}
	return nil
}

// compareValues compares what is written at a node, whatever a link makes of it.
func compareValues(home *workflows.Home, node corpusNode, counts map[string]int, differs func(name, got, want string)) {
	var byName map[string]json.RawMessage
	if json.Unmarshal(node.Raw, &byName) != nil {
		counts["nodes whose values the index gives without names"]++
		return
	}
	for name, want := range byName {
		if home.Signature != nil {
			name = home.Signature.Today(name)
		}
		got := home.Written(name)
		if !sameJSON([]byte(got.Raw), want) {
			differs(name, got.Raw, string(want))
			continue
		}
		counts["values that agree"]++
		// where it counts, the run must say the same
		for _, r := range home.Graph.Part.Runs {
			if r.Home != home {
				continue
			}
			switch v := r.Value(name); {
			case v.Source == workflows.Literal && sameJSON([]byte(v.Raw), want):
				counts["values of runs: literal"]++
			case v.Source == workflows.Literal:
				differs(name+" of run "+r.ID, v.Raw, string(want))
			case v.Source == workflows.Template:
				counts["values of runs: placeholder"]++
			default:
				counts["values of runs: from a link"]++
			}
		}
	}
}

// sameJSON compares JSON values; numbers by what they are, so 1 is 1.0.
func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

func compareLoader(part *workflows.Part, home *workflows.Home, node corpusNode, counts map[string]int, differs func(role, got, want string)) {
	if node.Type != wanLoader {
		return
	}
	for role, want := range map[string]string{"compile": node.Compile, "swap": node.Swap, "vram": node.VRAM} {
		for _, r := range part.Runs {
			if r.Home != home {
				continue
			}
			got := "none"
			switch w := r.Wire(home.Signature.Takes[role]); {
			case w.Arrives():
				got = "active"
			case w.Kind == workflows.Lost:
				got = "linked-inactive"
			}
			if got != want {
				differs(role+" of run "+r.ID, got, want)
				continue
			}
			counts[role+" that agrees: "+got]++
		}
	}
}
