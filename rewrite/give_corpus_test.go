package rewrite

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

func give(run, input, class, values string) workflows.Change {
	return workflows.Change{Op: workflows.OpGive, Run: run, Name: input, Value: values, Class: class}
}

// givingRules loads a rule for each of some conditions, which gives every stack that
// meets it something.
func givingRules(conditions, gifts []string) *rules.Set {
	folder := fstest.MapFS{}
	for i, condition := range conditions {
		folder[fmt.Sprintf("test/give-%d.md", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "# give-%d\n\n```json\n"+
			`{"severity": "warning", "on": "stack", "when": %s, "message": "it wants more", "fix": [{"say": "give it", "safety": "lossless", "do": [{"give": %s}]}]}`+
			"\n```\n", i, condition, gifts[i])}
	}
	return rules.Load(folder)
}

// TestCorpusGives gives block swap to the loaders of real workflows: to all of them the
// same, and to some of them different numbers; then other things too, LoRAs among them. Beside the proof that Tune makes, other
// means look at what came of it.
func TestCorpusGives(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	random := rand.New(rand.NewPCG(7, 8))
	kinds := map[string]int{}
	why := map[string]int{}
	o := newOracle(t)
	for _, name := range corpus(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := workflows.Parse(text, rules.BuiltinNodes())
		if unread := (*workflows.Error)(nil); errors.As(err, &unread) {
			continue
		}
		models := modelsOf(file.Parts[0])
		if len(models) == 0 {
			continue
		}
		all := givingRules([]string{`{"loader.quantization": {"known": true}}`}, []string{`{"swap": {"blocks": 17, "prefetch": 1}}`})
		some := givingRules(giftsFor(models, random))
		many := givingRules([]string{`{"loader.quantization": "disabled"}`, `{"loader.quantization": {"known": true}}`, `{"lora.linked": true, "loader.quantization": "disabled"}`},
			[]string{`{"compile": {"mode": "max-autotune", "cache_limit": 77}}`, `{"vram": {"percent": 0.5}}`, `{"lora": {"merge": false, "low_mem": true}}`})
		for k, set := range []*rules.Set{all, some, many} {
			if err := set.Check(); err != nil {
				t.Fatal(err)
			}
			m := machine(t, "3090")
			r, err := Tune(text, m, set, rules.Options{})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			checkGiven(t, name, text, r)
			for _, part := range r.Parts {
				for _, c := range part.Changes {
					kinds[kindOfGift(part, c.Change)]++
				}
			}
			if _, blocked := told(r); len(blocked) > 0 {
				for _, reason := range blocked {
					kinds["blocked"]++
					why[reasonKind(reason)]++
				}
			}
			again, err := Tune(r.Out, m, set, rules.Options{})
			if err != nil || again.Changed {
				t.Errorf("%s: a second run: changed %v, %v", name, again != nil && again.Changed, err)
			}
			if r.Changed && len(text)%3 == 0 { // a sample, the checker is slow
				o.ask(name, fmt.Sprint(k), r.Out)
			}
		}
	}
	o.wait()
	t.Log(kinds, why)
	for _, kind := range []string{"set", "cloned", "inserted"} {
		if kinds[kind] == 0 {
			t.Errorf("nothing was %s", kind)
		}
	}
}

// modelsOf lists the files of the loaders that rules can tell apart.
func modelsOf(part *workflows.Part) (models []string) {
	for _, stack := range rules.Look(part).Stacks {
		ask := rules.Builtin().Asker(stack, &detect.Machine{})
		if file, ok := ask("loader.file").Value.(string); ok && !slices.Contains(models, file) {
			models = append(models, file)
		}
	}
	return models
}

// giftsFor wants things for some models, something else for each.
func giftsFor(models []string, random *rand.Rand) (conditions, gifts []string) {
	for _, i := range random.Perm(len(models))[:1+random.IntN(len(models))] {
		model := `"loader.file": ` + string(quote(models[i]))
		conditions = append(conditions, `{`+model+`}`, `{`+model+`, "compile.linked": true}`, `{`+model+`, "lora.linked": true}`)
		gifts = append(gifts, fmt.Sprintf(`{"swap": {"blocks": %d}}`, random.IntN(41)), fmt.Sprintf(`{"compile": {"cache_limit": %d}}`, random.IntN(100)), `{"lora": {"low_mem": true}}`)
	}
	return conditions, gifts
}

// kindOfGift tells how a give was made.
func kindOfGift(part PartResult, c workflows.Change) string {
	was, is := part.Part.Run(c.Run).Wire(c.Name), part.After.Run(c.Run).Wire(c.Name)
	switch {
	case part.Part.Run(is.From.ID) != nil:
		return "set"
	case was.Arrives():
		return "cloned"
	}
	return "inserted"
}

// reasonKind shortens a reason to what it is about.
func reasonKind(reason string) string {
	var words []string
	for word := range strings.FieldsSeq(reason) {
		if !strings.HasPrefix(word, "#") && !strings.HasPrefix(word, "Wan") {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// checkGiven compares a file with what it was: nothing is broken, what is new lies
// free, and nothing differs but what gives may touch, or what is allowed besides.
func checkGiven(t *testing.T, name string, text []byte, r *Result, besides ...func(path string) bool) {
	t.Helper()
	if !r.Changed {
		return
	}
	was, is := decoded(t, strings.TrimPrefix(string(text), "\xef\xbb\xbf")), decoded(t, strings.TrimPrefix(string(r.Out), "\xef\xbb\xbf"))
	used := numbersIn(was, "id", "last_node_id", "lastNodeId")
	results := graphsIn("", is)
	var allowed []string
	for path, graph := range graphsIn("", was) {
		result := results[path]
		before := faults(withBorders(graph))
		for fault := range faults(withBorders(result)) {
			if !before[fault] {
				t.Errorf("%s%s: new fault: %s", name, path, fault)
			}
		}
		var added []any
		if _, isUI := graph["nodes"].([]any); isUI {
			var wrong []string
			if added, wrong = additions(graph, result, used); len(wrong) > 0 {
				t.Errorf("%s%s: %v", name, path, wrong)
			}
			result["nodes"] = list(result, "nodes")[:len(list(graph, "nodes"))]
			for i, node := range list(graph, "nodes") {
				if had := list(node, "inputs"); len(had) > 0 { // what comes behind is for the faults
					result := list(result, "nodes")[i].(object)
					result["inputs"] = list(result, "inputs")[:len(had)]
				}
			}
			for _, g := range []object{graph, result} {
				g["links"] = setOf(list(g, "links"))
			}
		}
		for _, rest := range givable(graph, added, r.Parts[0]) {
			allowed = append(allowed, path+rest)
		}
	}
	for _, path := range differences("", was, is) {
		fits := func(a string) bool {
			begin, open := strings.CutSuffix(a, "*")
			return a == path || open && strings.HasPrefix(path, begin)
		}
		if !slices.ContainsFunc(allowed, fits) && !slices.ContainsFunc(besides, func(may func(string) bool) bool { return may(path) }) {
			t.Errorf("%s: %s differs, which no change explains", name, path)
		}
	}
}

// graphsIn returns the root of a workflow and its subgraphs, by their paths.
func graphsIn(path string, file any) map[string]object {
	graphs := map[string]object{path: file.(object)}
	for i, definition := range list(member(file, "definitions"), "subgraphs") {
		maps.Copy(graphs, graphsIn(fmt.Sprintf("%s/definitions/subgraphs/%d", path, i), definition))
	}
	return graphs
}

// withBorders returns a subgraph with a node for each of its borders.
func withBorders(graph object) object {
	if member(graph, "inputNode") == nil {
		return graph
	}
	whole := maps.Clone(graph)
	from, to := object{"id": "-10"}, object{"id": "-20"}
	var outputs, inputs []any
	for _, slot := range list(graph, "inputs") {
		outputs = append(outputs, object{"links": member(slot, "linkIds")})
	}
	for i, slot := range list(graph, "outputs") {
		input := object{"name": i}
		if links := list(slot, "linkIds"); len(links) > 0 {
			input["link"] = links[0]
		}
		inputs = append(inputs, input)
	}
	from["outputs"], to["inputs"] = outputs, inputs
	whole["nodes"] = slices.Concat(list(graph, "nodes"), []any{from, to})
	return whole
}

// setOf returns the rows of a link table as an object, whose order does not matter.
func setOf(rows []any) object {
	set := object{}
	for _, row := range rows {
		set[fmt.Sprint(row)] = true
	}
	return set
}

// givable returns what of a graph gives may touch, as paths or beginnings of paths that
// end in *: the input of each taker, the widgets of what supplies it, and the links of
// new nodes.
func givable(graph object, added []any, part PartResult) (allowed []string) {
	nodes, isUI := graph["nodes"].([]any)
	here := func(run *workflows.Run) (at string, ok bool) {
		if id, isDefinition := graph["inputNode"], run.Home.Graph.ID != ""; (id != nil) != isDefinition || isDefinition && graph["id"] != run.Home.Graph.ID {
			return "", false
		}
		if !isUI {
			return "/" + run.ID, true
		}
		return "/nodes/" + fmt.Sprint(slices.IndexFunc(nodes, func(node any) bool { return fmt.Sprint(member(node, "id")) == run.Home.ID })), true
	}
	allowed = append(allowed, "/last_node_id", "/last_link_id", "/state/lastNodeId", "/state/lastLinkId")
	for _, node := range added {
		id := fmt.Sprint(member(node, "id"))
		allowed = append(allowed, "/inputs/*") // the faults tell whether they are right
		for n := range nodes {
			allowed = append(allowed, fmt.Sprintf("/nodes/%d/outputs*", n))
		}
		for _, out := range list(node, "outputs") {
			for _, link := range list(out, "links") {
				allowed = append(allowed, fmt.Sprintf("/links/[%v %s *", link, id), fmt.Sprintf("/links/map[id:%v *", link))
			}
		}
	}
	for _, c := range part.Changes {
		if c.Op != workflows.OpGive {
			continue
		}
		run := part.Part.Run(c.Run)
		if at, ok := here(run); ok {
			allowed = append(allowed, takable(nodes, at, run, part, c.Change)...)
		}
		for _, from := range rules.SupplyOf(run, c.Name).Runs {
			if at, ok := here(from); ok {
				allowed = append(allowed, at+"/widgets_values/*", at+"/widgets_values_named/*", at+"/inputs/*")
			}
			for _, in := range from.Home.Inputs() {
				by := from.Wire(in.Name).From
				if by == nil || in.Widget == "" && isUI {
					continue
				}
				if at, ok := here(by); ok {
					allowed = append(allowed, at+"/widgets_values/*", at+"/inputs/value")
				}
			}
		}
	}
	return allowed
}

// takable returns what a give may touch at its taker.
func takable(nodes []any, at string, run *workflows.Run, part PartResult, c workflows.Change) (allowed []string) {
	if nodes == nil {
		if from := part.After.Run(c.Run).Wire(c.Name).From; part.Part.Run(from.ID) == nil {
			allowed = append(allowed, "/"+from.ID)
		}
		return append(allowed, at+"/inputs/"+c.Name, at+"/inputs/"+c.Name+"/*")
	}
	slots := list(nodeAt(nodes, run.Home.ID), "inputs")
	if len(slots) == 0 {
		return []string{at + "/inputs", at + "/inputs/+map[*"}
	}
	for k, in := range slots {
		if member(in, "name") == c.Name {
			allowed = append(allowed, fmt.Sprintf("%s/inputs/%d/link", at, k), fmt.Sprintf("/links/[%v *", member(in, "link")), fmt.Sprintf("/links/map[id:%v *", member(in, "link")))
		}
	}
	return allowed
}

func nodeAt(nodes []any, id string) any {
	i := slices.IndexFunc(nodes, func(node any) bool { return fmt.Sprint(member(node, "id")) == id })
	if i < 0 {
		return nil
	}
	return nodes[i]
}

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

func (o *oracle) ask(original, version string, tuned []byte) {
	if o == nil {
		return
	}
	name := filepath.Join(o.folder, version+filepath.Base(original))
	if err := os.WriteFile(name, tuned, 0o644); err != nil {
		o.t.Fatal(err)
	}
	o.waiting.Go(func() {
		o.gate <- struct{}{}
		defer func() { <-o.gate }()
		if out, err := exec.Command("python3", o.script, "--before", original, name).CombinedOutput(); err != nil {
			o.t.Errorf("%s: %v\n%s", original, err, out)
		}
	})
}

func (o *oracle) wait() {
	if o != nil {
		o.waiting.Wait()
	}
}
