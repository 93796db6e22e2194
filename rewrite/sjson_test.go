package rewrite

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"

	"github.com/wanfix/wanfix/workflows"
)

// places are where today's editor writes the widgets of some classes.
var places = map[string]map[string]int{
	"WanVideoModelLoader":          {"model": 0, "base_precision": 1, "quantization": 2, "load_device": 3, "attention_mode": 4},
	"WanVideoTorchCompileSettings": {"backend": 0, "fullgraph": 1, "mode": 2, "dynamo_cache_size_limit": 4, "compile_transformer_blocks_only": 5},
	"WanVideoBlockSwap":            {"blocks_to_swap": 0, "offload_img_emb": 1, "offload_txt_emb": 2},
	"WanVideoSampler":              {"steps": 0, "cfg": 1, "shift": 2, "seed": 3, "scheduler": 6},
	"WanVideoLoraSelect":           {"lora": 0, "strength": 1, "low_mem_load": 2, "merge_loras": 3},
}

// TestLikeSJSON makes random changes of the sample workflows all at once, and one
// after the other with a library that knows nothing of workflows.
func TestLikeSJSON(t *testing.T) {
	samples, err := filepath.Glob("../testdata/workflows/*.json")
	if err != nil || len(samples) == 0 {
		t.Fatal("no samples", err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	made := 0
	for _, name := range samples {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all := possible(string(text))
			for range 60 {
				if len(all) == 0 {
					return // a sample that holds nothing to change
				}
				random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
				changes := all[:1+random.IntN(len(all))]
				want := string(text)
				cuts := false
				for _, c := range changes {
					want = apply(t, want, c)
					cuts = cuts || c.Op == workflows.OpUnplug
				}
				got := lowered(t, string(text), changes...)
				if diff := cmp.Diff(decoded(t, want), decoded(t, got)); diff != "" {
					t.Fatalf("%v (-sjson +got):\n%s", changes, diff)
				}
				// sjson keeps the style of what it sets, but not of what it deletes
				if oneLine := !strings.Contains(string(text), "\n"); got != want && (!cuts || oneLine) {
					t.Fatalf("%v: the bytes differ (-sjson +got):\n%s", changes, cmp.Diff(want, got))
				}
				made += len(changes)
			}
		})
	}
	if made < 200 {
		t.Errorf("only %d changes were made", made)
	}
}

// possible lists changes that a workflow allows, one a place.
func possible(text string) (all []workflows.Change) {
	root := gjson.Parse(text)
	if nodes := root.Get("nodes"); nodes.Exists() {
		for _, node := range nodes.Array() {
			own := places[node.Get("type").String()]
			for _, widget := range slices.Sorted(maps.Keys(own)) {
				i := own[widget]
				if node.Get("widgets_values." + strconv.Itoa(i)).Exists() {
					all = append(all, set(node.Get("id").String(), widget, otherValue(len(all))))
				}
			}
			for _, in := range node.Get("inputs").Array() {
				if in.Get("link").Type == gjson.Number {
					all = append(all, unplug(node.Get("id").String(), in.Get("name").String()))
				}
			}
		}
		return all
	}
	root.ForEach(func(id, node gjson.Result) bool {
		node.Get("inputs").ForEach(func(name, value gjson.Result) bool {
			c := set(id.Str, name.Str, otherValue(len(all)))
			if value.IsArray() {
				c = unplug(id.Str, name.Str)
			}
			all = append(all, c)
			return true
		})
		return true
	})
	return all
}

func otherValue(n int) string {
	return []string{`"é \"quoted\""`, `12345678901234567890`, `1.0`, `true`, `null`}[n%5]
}

// apply makes one change as a person would: it writes the value, or cuts the link
// at the input, in the table and in the list of the output.
func apply(t *testing.T, text string, c workflows.Change) string {
	t.Helper()
	edit := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	root := gjson.Parse(text)
	if !root.Get("nodes").Exists() {
		path := c.Run + ".inputs." + c.Name
		if c.Op == workflows.OpUnplug {
			text, err = sjson.Delete(text, path)
		} else {
			text, err = sjson.SetRaw(text, path, c.Value)
		}
		edit(err)
		return text
	}
	for n, node := range root.Get("nodes").Array() {
		if node.Get("id").String() != c.Run {
			continue
		}
		at := "nodes." + strconv.Itoa(n)
		if c.Op == workflows.OpSet {
			text, err = sjson.SetRaw(text, fmt.Sprintf("%s.widgets_values.%d", at, places[node.Get("type").String()][c.Name]), c.Value)
			edit(err)
			continue
		}
		for i, in := range node.Get("inputs").Array() {
			if in.Get("name").String() == c.Name {
				text, err = sjson.SetRaw(text, fmt.Sprintf("%s.inputs.%d.link", at, i), "null")
				edit(err)
				text = forgotten(t, text, in.Get("link").Int())
			}
		}
	}
	return text
}

// forgotten takes a link out of the table and out of the list of its output.
func forgotten(t *testing.T, text string, link int64) string {
	t.Helper()
	var err error
	root := gjson.Parse(text)
	for i, row := range root.Get("links").Array() {
		if row.Get("0").Int() == link {
			if text, err = sjson.Delete(text, "links."+strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for n, node := range root.Get("nodes").Array() {
		for o, output := range node.Get("outputs").Array() {
			for i, id := range output.Get("links").Array() {
				if id.Int() == link {
					if text, err = sjson.Delete(text, fmt.Sprintf("nodes.%d.outputs.%d.links.%d", n, o, i)); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	return text
}
