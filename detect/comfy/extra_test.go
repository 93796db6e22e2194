package comfy

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExtraModelPaths(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths as the other systems write them")
	}
	t.Setenv("WANFIX_DISK", "/mnt/big")
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	const usual = "/c/models/loras"
	for _, tt := range []struct {
		name, yaml string
		want       []string // folders of loras; ~ is the home
		note       string   // "" is none
	}{
		{"empty", "", []string{usual}, ""},
		{"comments alone", "# rename me\n#comfyui:\n#  loras: x\n", []string{usual}, ""},
		{"below a base", "a:\n  base_path: /data\n  loras: models/loras/\n", []string{usual, "/data/models/loras"}, ""},
		{"the base stands last", "a:\n  loras: l\n  base_path: /data\n", []string{usual, "/data/l"}, ""},
		{"one a line", "a1111:\n  base_path: /sd\n  loras: |\n    models/Lora\n    models/LyCORIS\n\n  vae: models/VAE\n", []string{usual, "/sd/models/Lora", "/sd/models/LyCORIS"}, ""},
		{"lines with carriage returns", "a:\r\n  base_path: /d\r\n  loras: |\r\n    x\r\n    y\r\n", []string{usual, "/d/x", "/d/y"}, ""},
		{"an absolute folder below a base", "a:\n  base_path: /data\n  loras: /other/l\n", []string{usual, "/other/l"}, ""},
		{"without a base", "a:\n  loras: ../l\n", []string{usual, "/l"}, ""},
		{"a relative base", "a:\n  base_path: ../shared\n  loras: l\n", []string{usual, "/shared/l"}, ""},
		{"the home", "a:\n  base_path: ~/ai\n  loras: l\n", []string{usual, "~/ai/l"}, ""},
		{"a variable", "a:\n  base_path: ${WANFIX_DISK}/ai\n  loras: l\n", []string{usual, "/mnt/big/ai/l"}, ""},
		{"a variable in a folder stays", "a:\n  base_path: /d\n  loras: $WANFIX_DISK\n", []string{usual, "/d/$WANFIX_DISK"}, ""},
		{"two sections", "a: {base_path: /1, loras: l}\nb: {base_path: /2, loras: l}\n", []string{usual, "/1/l", "/2/l"}, ""},
		{"a default stands first", "a: {base_path: /1, loras: l}\nb:\n  base_path: /2\n  is_default: true\n  loras: l\n", []string{"/2/l", usual, "/1/l"}, ""},
		{"the last default stands first", "b:\n  base_path: /2\n  is_default: yes\n  loras: |\n    l\n    m\n", []string{"/2/m", "/2/l", usual}, ""},
		{"not a default", "b: {base_path: /2, is_default: false, loras: l}\n", []string{usual, "/2/l"}, ""},
		{"false in quotes is true to Python", "b: {base_path: /2, is_default: 'false', loras: l}\n", []string{"/2/l", usual}, ""},
		{"a number is true", "b: {base_path: /2, is_default: 1, loras: l}\n", []string{"/2/l", usual}, ""},
		{"zero is not", "b: {base_path: /2, is_default: 0, loras: l}\n", []string{usual, "/2/l"}, ""},
		{"nothing is not", "b: {base_path: /2, is_default: , loras: l}\n", []string{usual, "/2/l"}, ""},
		{"the usual folder as default", "b: {base_path: /c, is_default: true, loras: models/loras}\n", []string{usual}, ""},
		{"named twice", "a: {base_path: /1, loras: l}\nb: {base_path: /1, loras: l/}\n", []string{usual, "/1/l"}, ""},
		{"named again as default", "a: {base_path: /1, loras: \"k\\nl\"}\nb: {base_path: /1, loras: l, is_default: true}\n", []string{"/1/l", usual, "/1/k"}, ""},
		{"a section written twice", "a: {loras: /1}\nb: {loras: /2}\na: {loras: /3}\n", []string{usual, "/3", "/2"}, ""},
		{"an empty section", "a:\nb: {loras: /2}\n", []string{usual, "/2"}, ""},
		{"an empty kind", "a:\n  loras:\n", []string{usual}, ""},
		{"an alias", "a: &a {loras: /1}\nb: *a\n", []string{usual, "/1"}, ""},
		{"an aliased folder", "a:\n  vae: &x /1\n  loras: *x\n", []string{usual, "/1"}, ""},
		{"a list is no folder", "a:\n  loras: [/1, /2]\n  vae: v\n", []string{usual}, `line 2: "loras"`},
		{"a merge", "a: &a {vae: /1}\nb:\n  <<: *a\n  loras: /2\n", []string{usual, "/2"}, `line 3: "<<"`},
		{"a section that is a text", "a: text\nb: {loras: /2}\n", []string{usual, "/2"}, `section "a"`},
		{"a list of sections", "- a\n", []string{usual}, "line 1: want sections"},
		{"a tab", "a:\n\tloras: /1\n", []string{usual}, "line 2: "},
		{"a byte that is no text", "a: {loras: \xff}\n", []string{usual}, "UTF-8"},
		{"too deep", strings.Repeat("{a: ", 100) + "b" + strings.Repeat("}", 100), []string{usual}, "more than 20"},
		{"too deep without brackets", "a: {loras: /1}\nb:\n" + strings.Repeat("- ", 30) + "x\n", []string{usual}, "line 3: more than 20"},
		{"too deep by lines", deepLines(30), []string{usual}, "line 21: more than 20"},
		{"too many words", strings.Repeat("a: b\n", 2000), []string{usual}, "more than 5000 words"},
		{"a tag", "a:\n  loras: !!str /1\n", []string{usual}, `line 2: tags such as "!!str"`},
		{"a text longer than a list may be", "a:\n  loras: |\n" + strings.Repeat("    /1\n", 900), []string{usual, "/1"}, ""},
		{"written in Notepad", "\ufeffa:\r\n  loras: /1\r\n", []string{usual, "/1"}, ""},
		{"an alias of nothing", "a: {loras: *x}\n", []string{usual}, `line 1: "loras"`},
		{"a default by a word of YAML", "b: {base_path: /2, is_default: Off, loras: l}\n", []string{usual, "/2/l"}, ""},
		{"far too deep", strings.Repeat("[", 60_000), []string{usual}, "more than"},
		{"too long", strings.Repeat("# padding\n", 30_000), []string{usual}, "more than 64 KiB"},
		{"a bomb of aliases", bomb, []string{usual}, `section "a"`},
		{"an alias to itself", "a: &a\n  loras: *a\n", []string{usual}, `line 2: "loras"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := &Install{Root: "/c", models: "/c/models"}
			path := filepath.Join(t.TempDir(), "extra_model_paths.yaml")
			if err := os.WriteFile(path, []byte(tt.yaml), 0o644); err != nil {
				t.Fatal(err)
			}
			text, err := readFile(path, maxExtra)
			if err == nil {
				err = in.parseExtra(text, "/c/extra_model_paths.yaml")
			}
			if err != nil {
				in.note("%v", err)
			}
			var got []string
			for _, dir := range in.Folders("loras") {
				got = append(got, strings.Replace(filepath.ToSlash(dir), filepath.ToSlash(home), "~", 1))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("- want + got\n%s", diff)
			}
			if notes := strings.Join(in.Notes, "\n"); tt.note == "" && notes != "" || !strings.Contains(notes, tt.note) {
				t.Errorf("got the notes %.300q, want %q", notes, tt.note)
			}
		})
	}
}

// bomb would be a billion words if each alias was written out.
const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
`

func deepLines(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func TestExtraModelPathsHasAnEnd(t *testing.T) {
	var many strings.Builder
	for i := range 20 {
		fmt.Fprintf(&many, "s%d:\n  loras: |\n", i)
		for j := range 100 {
			fmt.Fprintf(&many, "    /%d/%d\n", i, j)
		}
	}
	in := &Install{models: "/c/models"}
	if err := in.parseExtra([]byte(many.String()), "/c/e.yaml"); err == nil || !strings.Contains(err.Error(), "1000 folders") {
		t.Errorf("got %v, want that there are too many folders", err)
	}
	if n := len(in.Folders("loras")); n > 1200 {
		t.Errorf("%d folders are kept", n)
	}
	var texts strings.Builder
	for i := range 100 {
		fmt.Fprintf(&texts, "s%d: text\n", i)
	}
	wrong := &Install{models: "/c/models"}
	if err := wrong.parseExtra([]byte(texts.String()), "/c/e.yaml"); err != nil {
		t.Fatal(err)
	}
	if n := len(wrong.Notes); n != maxNotes {
		t.Errorf("%d notes are kept, want %d", n, maxNotes)
	}
}

// TestExtraModelPathsOfAnInstall looks for a model as a user with a second disk does.
func TestExtraModelPathsOfAnInstall(t *testing.T) {
	dir := tree(t, map[string]string{
		"ComfyUI/main.py":                            "",
		"ComfyUI/models/":                            "",
		"ComfyUI/extra_model_paths.yaml":             "mine:\n  base_path: ../disk\n  unet: Stable-diffusion\n  clip: |\n    t5\n    more\n  custom_nodes: nodes\n",
		"disk/Stable-diffusion/Wan2.1/m.safetensors": "",
		"disk/more/u.safetensors":                    "",
	})
	in, ok := Find(filepath.Join(dir, "ComfyUI"))
	if !ok {
		t.Fatal("not found")
	}
	for _, tt := range []struct{ kind, name, want string }{
		{"diffusion_models", `Wan2.1\m.safetensors`, "disk/Stable-diffusion/Wan2.1/m.safetensors"},
		{"unet_gguf", `Wan2.1\m.safetensors`, "disk/Stable-diffusion/Wan2.1/m.safetensors"},
		{"text_encoders", "u.safetensors", "disk/more/u.safetensors"},
		{"loras", "u.safetensors", ""},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			path, _ := in.Model([]string{tt.kind}, tt.name)
			if got := below(t, dir, path); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	nodes := in.Folders("custom_nodes")
	if len(nodes) != 2 || below(t, dir, nodes[0]) != "ComfyUI/custom_nodes" || below(t, dir, nodes[1]) != "disk/nodes" {
		t.Errorf("custom nodes in %q", nodes)
	}
}

func TestExtraModelPathsThatCannotBeRead(t *testing.T) {
	dir := tree(t, map[string]string{"main.py": "", "models/loras/l": "", "extra_model_paths.yaml/": ""})
	in, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Notes) != 1 || !strings.Contains(in.Notes[0], "not a regular file") {
		t.Errorf("got the notes %q", in.Notes)
	}
	if _, ok := in.Model([]string{"loras"}, "l"); !ok {
		t.Error("the usual folders are lost")
	}
}

func TestExpand(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths as the other systems write them")
	}
	lookup := func(name string) (string, bool) {
		value, ok := map[string]string{"APPDATA": `C:\Users\me\AppData`, "EMPTY": "", "D": "/d"}[name]
		return value, ok
	}
	for _, tt := range []struct {
		path, posix, windows string
	}{
		{"/plain", "/plain", "/plain"},
		{"$D/x", "/d/x", "/d/x"},
		{"${D}x", "/dx", "/dx"},
		{"$EMPTY/x", "/x", "/x"},
		{"$UNSET/x", "$UNSET/x", "$UNSET/x"},
		{"a$", "a$", "a$"},
		{`%APPDATA%\models`, `%APPDATA%\models`, `C:\Users\me\AppData\models`},
		{"100%/50%", "100%/50%", "100%/50%"},
		{"%UNSET%", "%UNSET%", "%UNSET%"},
	} {
		t.Run(tt.path, func(t *testing.T) {
			if got := expandEnv(tt.path, false, lookup); got != tt.posix {
				t.Errorf("posix: got %q, want %q", got, tt.posix)
			}
			if got := expandEnv(tt.path, true, lookup); got != tt.windows {
				t.Errorf("windows: got %q, want %q", got, tt.windows)
			}
		})
	}
	for path, want := range map[string]string{"~": "/home/me", "~/x": "/home/me/x", "~you/x": "~you/x", "/a/~": "/a/~"} {
		t.Run(path, func(t *testing.T) {
			if got := expandHome(path, "/home/me"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func FuzzExtraModelPaths(f *testing.F) {
	if runtime.GOOS == "windows" {
		f.Skip("paths as the other systems write them")
	}
	f.Add([]byte("a:\n  base_path: ~/x\n  is_default: true\n  loras: |\n    l\n    m\n"))
	f.Add([]byte("a: &a {loras: /1}\nb: *a\nc:\n  <<: *a\n"))
	f.Add([]byte(bomb))
	f.Add([]byte(deepLines(19)))
	f.Add([]byte("- - ? [{a: &b !c d}, *b]\n--- >-\n  x\n...\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		in := &Install{Root: "/c", models: "/c/models"}
		if len(text) > maxExtra {
			return
		}
		_ = in.parseExtra(text, "/c/extra_model_paths.yaml") // the text may be anything; what is kept of it may not
		for kind := range in.extra {
			if len(in.extra[kind])+len(in.first[kind]) > 2*maxFolders {
				t.Fatalf("%d folders of one kind", len(in.extra[kind]))
			}
			for _, dir := range in.Folders(kind) {
				if !filepath.IsAbs(dir) {
					t.Fatalf("%q is not absolute", dir)
				}
			}
		}
	})
}
