package comfy

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// saved writes an object_info and returns its name.
func saved(t testing.TB, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "object_info.json")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestObjectInfo(t *testing.T) {
	const a, b = `{"input": {"required": {}}}`, `{"input":{"required":{"x":["INT",{"tooltip":"a \"quoted\" } { ü"}]}}}`
	long := `{"input": {"required": {"file": [["` + strings.Repeat(`f.safetensors", "`, 20_000) + `"]]}}}`
	tests := []struct {
		name, text string
		want       map[string]string
	}{
		{"none", `{}`, nil},
		{"two", `{"A": ` + a + `, "B b": ` + b + "}\n", map[string]string{"A": a, "B b": b}},
		{"on lines", "{\r\n\t\"A\"\r\n:\r\n" + a + "\r\n,\"B\":" + b + "\r\n}\r\n", map[string]string{"A": a, "B": b}},
		{"an escaped name", `{"\u0041\"\\": ` + a + `}`, map[string]string{`A"\`: a}},
		{"a byte order mark", "\ufeff{\"A\":" + a + "}", map[string]string{"A": a}},
		{"longer than what is read at once", `{"L":` + long + `,"A":` + a + `}`, map[string]string{"L": long, "A": a}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := saved(t, tt.text)
			info, err := OpenObjectInfo(name)
			if err != nil {
				t.Fatal(err)
			}
			defer closeFile(t, info)
			for class, want := range tt.want {
				if got, ok := info.Definition(class); !ok || got != want {
					t.Errorf("%s: %v, %.200q", class, ok, got)
				}
			}
			if got, ok := info.Definition("C"); ok {
				t.Errorf("found %q", got)
			}
			if len(info.classes) != len(tt.want) || info.Source() != "the object_info of "+name || info.Trouble() != "" {
				t.Errorf("%d classes, source %q, trouble %q", len(info.classes), info.Source(), info.Trouble())
			}
		})
	}
}

// closeFile lets Windows remove the file.
func closeFile(t testing.TB, info *ObjectInfo) {
	if err := info.file.(*os.File).Close(); err != nil {
		t.Error(err)
	}
}

func TestObjectInfoErrors(t *testing.T) {
	const class = `"A": {"input": {}}`
	tests := []struct{ name, text, want string }{
		{"empty", "", "1:1: the file is empty"},
		{"blank", " \n\n", "1:1: the file is empty"},
		{"a list", "\n  [{}]", "2:3: not what ComfyUI answers to /object_info: an object of node classes is wanted"},
		{"a page", "<!doctype html>", "1:1: not what ComfyUI answers to /object_info: an object of node classes is wanted"},
		{"UTF-16", "\xff\xfe{\x00}\x00", "1:1: this is UTF-16 text"},
		{"UTF-16 without a mark", "{\x00}\x00", "1:1: this is UTF-16 text"},
		{"a workflow", `{"last_node_id": 5, "nodes": []}`, `1:18: not what ComfyUI answers to /object_info: "last_node_id" should be a node class, an object`},
		{"an API prompt", `{"1": {"class_type": "A", "inputs": {}}}`, `1:7: not what ComfyUI answers to /object_info: the class "1" has no "input"`},
		{"no comma", "{" + class + "\n" + `"B": {}}`, "2:1: a comma is wanted between classes"},
		{"a comma too many", "{" + class + ",}", "1:21: the name of a class is wanted"},
		{"no colon", `{"A" {}}`, "1:6: a colon is wanted behind the name of a class"},
		{"twice", "{" + class + ",\n " + class + "}", `2:7: the class "A" is written twice`},
		{"more behind", "{" + class + "} x", "1:22: not JSON: text behind the end of the object"},
		{"cut off behind a class", "{" + class, "1:20: the file ends in the middle"},
		{"cut off in a class", `{"A": {"input": {"requ`, "1:23: the file ends in the middle"},
		{"cut off behind a name", `{"A":`, "1:6: the file ends in the middle"},
		{"not JSON in a class", "{" + class + ",\n \"B\": {\"input\": {},\n  \"é\": nope}}", "3:9: not JSON: invalid character 'o' in literal null"},
		{"not JSON in the first line of a class", "{" + class + ",\n \"B\": {\"input\": 01}}", "2:18: not JSON"},
		{"what Python writes for infinity", `{"A": {"input": {"required": {"n": ["FLOAT", {"max": Infinity}]}}}}`, "1:54: Infinity is not JSON"},
		{"a bad name", "{\"A\x01\": {}}", "1:4: not JSON"},
		{"a class that is a list", `{"A": []}`, `1:7: not what ComfyUI answers to /object_info: "A" should be a node class, an object`},
		{"lists without end", `{"A": {"input": ` + strings.Repeat("[", 5000), "1:7: nested more than 200 levels deep"},
		{"a name without end", `{"` + strings.Repeat("a", 200_000), "1:2: one class has more than 4 KiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := saved(t, tt.text)
			_, err := OpenObjectInfo(name)
			if err == nil || !strings.HasPrefix(err.Error(), name+":"+tt.want) {
				t.Errorf("error %v\nwant  %s:%s", err, name, tt.want)
			}
		})
	}
	t.Run("a folder", func(t *testing.T) {
		if _, err := OpenObjectInfo(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is no file: want one with what ComfyUI answers to /object_info") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("missing", func(t *testing.T) {
		if _, err := OpenObjectInfo("no-such-file.json"); err == nil || !strings.HasPrefix(err.Error(), "open the object_info: ") {
			t.Errorf("error %v", err)
		}
	})
}

// large is an object_info of so many classes, each with a list of so many files.
func large(classes, files int) string {
	list := make([]string, files)
	for i := range list {
		list[i] = fmt.Sprintf(`"WanVideo/folder %d/a_lora_with_a_long_name_v%d_rank64_bf16.safetensors"`, i%17, i)
	}
	var text strings.Builder
	for i := range classes {
		fmt.Fprintf(&text, `%c"Class%d": {"input": {"required": {"file": [[%s], {"tooltip": "which"}]}}, "output": []}`, ",{"[min(1, max(0, 1-i))], i, strings.Join(list, ", "))
	}
	return text.String() + "}"
}

// The text is never held as a whole.
func TestObjectInfoMemory(t *testing.T) {
	const classes = 400
	text := large(classes, 500)
	name := saved(t, text)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	info, err := OpenObjectInfo(name)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	defer closeFile(t, info)
	if used := after.TotalAlloc - before.TotalAlloc; used > uint64(len(text)/10) || len(info.classes) != classes {
		t.Errorf("%d classes of %d KiB took %d KiB", len(info.classes), len(text)>>10, used>>10)
	}
}

func BenchmarkObjectInfo(b *testing.B) {
	text := large(800, 700)
	name := saved(b, text)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		info, err := OpenObjectInfo(name)
		if err != nil {
			b.Fatal(err)
		}
		closeFile(b, info)
	}
}

// FuzzObjectInfo finds in any file just what encoding/json finds there.
func FuzzObjectInfo(f *testing.F) {
	for _, text := range []string{`{"A": {"input": {}}, "B": {"input": {"x": "}\"{"}}}`, "\ufeff{}", `{"A": {"input": 1}}`, `{"a": {"input": {}}} `, "{} \x00", `{"A":{"input":{}},"A":{"input":{}}}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		classes, err := indexClasses(strings.NewReader(string(text)))
		plain := strings.TrimPrefix(string(text), "\ufeff")
		var want map[string]struct {
			Input map[string]any
		}
		if err != nil {
			if placed(strings.NewReader(string(text)), err) == nil {
				t.Errorf("%q has no place", err)
			}
			return
		}
		if !json.Valid([]byte(plain)) {
			t.Fatalf("%q is taken for JSON", text)
		}
		for name, at := range classes {
			if !json.Valid(text[at.from : at.from+at.size]) {
				t.Errorf("%s is %q", name, text[at.from:at.from+at.size])
			}
		}
		if json.Unmarshal([]byte(plain), &want) == nil && len(want) != len(classes) {
			t.Errorf("%d classes, encoding/json finds %d", len(classes), len(want))
		}
	})
}

func TestServerClasses(t *testing.T) {
	const definition = `{"input": {"required": {"a": ["INT"]}}}`
	tests := []struct {
		name    string
		prefix  string
		classes []string // that are asked, in turn
		want    string   // what the last one is
		asked   []string
	}{
		{"a class", "", []string{"A"}, definition, []string{"/object_info/A"}},
		{"once for all", "", []string{"A", "A"}, definition, []string{"/object_info/A"}},
		{"one that is not there", "", []string{"B", "B"}, "", []string{"/object_info/B"}},
		{"behind the interface's address", "/api", []string{"A", "B", "A"}, definition, []string{"/object_info/A", "/api/object_info/A", "/api/object_info/B"}},
		{"a name with blanks", "", []string{"A b?#%"}, definition, []string{"/object_info/A%20b%3F%23%25"}},
		{"another address", "", []string{"../prompt", "..", ".", "", `a\b`}, "", nil},
		{"a subgraph", "", []string{"8beb610f-ddd1-4489-ae0d-2f732a4042ae"}, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked []string
			server := answers(t, func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.URL.EscapedPath())
				name, ok := strings.CutPrefix(r.URL.Path, tt.prefix+"/object_info/")
				switch {
				case !ok:
					http.NotFound(w, r)
				case strings.HasPrefix(name, "A"):
					text, _ := json.Marshal(name)
					fmt.Fprintf(w, `{%s: %s}`, text, definition)
				default:
					fmt.Fprint(w, `{}`)
				}
			})
			nodes, err := Classes(server)
			if err != nil {
				t.Fatal(err)
			}
			var text string
			for _, class := range tt.classes {
				text, _ = nodes.Definition(class)
			}
			if text != tt.want || nodes.Trouble() != "" {
				t.Errorf("got %q, trouble %q", text, nodes.Trouble())
			}
			if diff := cmp.Diff(tt.asked, asked); diff != "" {
				t.Errorf("asked: - want + got\n%s", diff)
			}
			if nodes.Source() != "the object_info of "+server {
				t.Errorf("source %q", nodes.Source())
			}
		})
	}
}

// After an answer that is none, nothing more is asked.
func TestServerClassesTrouble(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		says    string
	}{
		{"not found", http.NotFound, "status 404"},
		{"a page", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html>") }, "not JSON"},
		{"a body without end", endless, "more than 64 MiB"},
		{"a key twice", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{"A": {}, "A": {}}`) }, `its answer about "A": 1:11: the key "A" is written twice`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			nodes, err := Classes(answers(t, func(w http.ResponseWriter, r *http.Request) { asked++; tt.handler(w, r) }))
			if err != nil {
				t.Fatal(err)
			}
			for _, class := range []string{"A", "B", "C"} {
				if text, ok := nodes.Definition(class); ok {
					t.Errorf("found %q", text)
				}
			}
			if !strings.Contains(nodes.Trouble(), tt.says) || asked > len(classPaths) {
				t.Errorf("asked %d times, trouble %q, want %q in it", asked, nodes.Trouble(), tt.says)
			}
		})
	}
	t.Run("silence", func(t *testing.T) {
		nodes, err := Classes(answers(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		if err != nil {
			t.Fatal(err)
		}
		nodes.left /= 100
		if _, ok := nodes.Definition("A"); ok || !strings.Contains(nodes.Trouble(), "it took longer than") {
			t.Errorf("trouble %q", nodes.Trouble())
		}
	})
	t.Run("no address", func(t *testing.T) {
		if _, err := Classes("127.0.0.1"); err == nil {
			t.Error("no error")
		}
	})
}
