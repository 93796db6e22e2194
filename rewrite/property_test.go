package rewrite

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/workflows"
)

// TestOneByOne makes random changes of random real files in one splice and one after the
// other: the bytes are the same, so are all bytes beside what changed, and links are whole.
func TestOneByOne(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	random := rand.New(rand.NewPCG(11, 12))
	files := corpus(t)
	random.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	made := map[workflows.Op]int{}
	for _, name := range files[:min(200, len(files))] {
		_, file := readable(t, name)
		if file == nil {
			continue
		}
		changes := few(wild(file.Parts[0], random), random)
		if len(changes) == 0 {
			continue
		}
		together := lowered(t, string(file.Src), changes...)
		single := string(file.Src)
		told := PartResult{Part: file.Parts[0]}
		for _, c := range changes {
			single = lowered(t, single, c)
			told.Changes = append(told.Changes, Made{Change: c})
			made[c.Op]++
		}
		if single != together {
			t.Errorf("%s: %v: one splice (-) and one change after the other (+):\n%s", name, changes, cmp.Diff(together, single))
			continue
		}
		told.After = parse(t, together).Parts[0]
		checkResult(t, name, file.Src, &Result{Out: []byte(together), Changed: true, Parts: []PartResult{told}})
		was, is := decoded(t, string(file.Src)), decoded(t, together)
		before := faults(was)
		for fault := range faults(is) {
			if !before[fault] {
				t.Errorf("%s: new fault: %s", name, fault)
			}
		}
		skip := changedIn(was, is)
		if diff := cmp.Diff(pieces(t, string(file.Src), skip), pieces(t, together, skip)); diff != "" {
			t.Errorf("%s: %v: beside what changed (-was +is):\n%s", name, changes, diff)
		}
	}
	t.Logf("%v", made)
	if made[workflows.OpSet] == 0 || made[workflows.OpUnplug] == 0 {
		t.Error("nothing was tried")
	}
}

// few returns some of many changes in their order.
func few(changes []workflows.Change, random *rand.Rand) []workflows.Change {
	for len(changes) > 10 {
		i := random.IntN(len(changes))
		changes = slices.Delete(changes, i, i+1)
	}
	return changes
}

// changedIn returns the paths at which two files have other values, and those of the
// lists and objects that have other members.
func changedIn(was, is any) map[string]bool {
	changed := map[string]bool{}
	for _, path := range differences("", was, is) {
		if there(was, path) && there(is, path) {
			changed[path] = true
		} else {
			changed[path[:strings.LastIndexByte(path, '/')]] = true
		}
	}
	return changed
}

// there reports whether a value has something at a path.
func there(v any, path string) bool {
	for _, key := range strings.Split(path, "/")[1:] {
		switch in := v.(type) {
		case object:
			v = in[key]
			if _, ok := in[key]; !ok {
				return false
			}
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || strings.ContainsAny(key, "+-") || i >= len(in) {
				return false
			}
			v = in[i]
		default:
			return false
		}
	}
	return true
}

// pieces cuts a JSON text into its tokens, each with the bytes before it, and leaves out
// the values at some paths.
func pieces(t *testing.T, text string, skip map[string]bool) (list []string) {
	t.Helper()
	if skip[""] {
		t.Fatal("everything is left out")
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	last := int64(0)
	next := func(keep bool) json.Token {
		token, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		if keep {
			list = append(list, text[last:decoder.InputOffset()])
		}
		last = decoder.InputOffset()
		return token
	}
	var walk func(path string, keep bool)
	walk = func(path string, keep bool) {
		keep = keep && !skip[path]
		open := next(keep)
		if _, container := open.(json.Delim); !container {
			return
		}
		for i := 0; decoder.More(); i++ {
			key := any(i)
			if open == json.Delim('{') {
				key = next(keep)
			}
			walk(path+"/"+fmt.Sprint(key), keep)
		}
		next(keep)
	}
	walk("", true)
	return append(list, text[last:])
}
