package comfy

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// portable is the Windows package with some files more.
func portable(t *testing.T, files map[string]string) string {
	t.Helper()
	all := map[string]string{"python_embeded/": "", "ComfyUI/main.py": "", "ComfyUI/models/": ""}
	for name, text := range files {
		all[name] = text
	}
	return tree(t, all)
}

func launchOf(t *testing.T, dir string) Launch {
	t.Helper()
	in, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return in.Launch()
}

func TestLaunch(t *testing.T) {
	const start = ".\\python_embeded\\python.exe -s ComfyUI\\main.py --windows-standalone-build"
	for _, tt := range []struct {
		name    string
		scripts map[string]string
		device  string
		source  string // the script's path
		why     string // a part of it
	}{
		{"no scripts", nil, "", "", ""},
		{"as it comes", map[string]string{"run_nvidia_gpu.bat": start + "\r\npause\r\n", "run_cpu.bat": start + " --cpu\r\n"}, "", "", ""},
		{"one of two asks", map[string]string{"a.bat": start + "\n", "b.bat": start + " --cuda-device 1\n"}, "", "", "a.bat starts it on no card in particular, "},
		{"the other on the processor", map[string]string{"a.bat": start + " --cpu\n", "b.bat": start + " --cuda-device 1\n"}, "1", "b.bat", ""},
		{"all is as good as none", map[string]string{"a.bat": start + "\n", "b.bat": start + " --cuda-device all\n"}, "", "", ""},
		{"two agree", map[string]string{"a.bat": start + " --cuda-device 1\n", "b.bat": "set CUDA_VISIBLE_DEVICES=1\n" + start}, "1", "a.bat", ""},
		{"two disagree", map[string]string{"a.bat": start + " --cuda-device 1\n", "b.bat": start + " --cuda-device 0\n"}, "", "", "a.bat starts it on card 1, "},
		{"one starts two", map[string]string{"ComfyUI/a.sh": "for p in 1; do\nCUDA_VISIBLE_DEVICES=0 python main.py &\nCUDA_VISIBLE_DEVICES=1 python main.py &\ndone"}, "", "", "a.sh starts it on card 0 and on card 1"},
		{"one starts it with and without", map[string]string{"ComfyUI/a.sh": "python main.py &\npython main.py --default-device 1"}, "", "", "a.sh starts it on no card in particular and on card 1"},
		{"beside ComfyUI", map[string]string{"a.sh": "python main.py --cuda-device 1"}, "", "", ""},
		{"beside main.py", map[string]string{"ComfyUI/start.sh": "python main.py --cuda-device=0,1\n"}, "0,1", "ComfyUI/start.sh", ""},
		{"left to who starts it", map[string]string{"a.bat": start + " --cuda-device %1\n"}, "", "", `a.bat leaves --cuda-device open: "%1"`},
		{"another program's", map[string]string{"a.bat": "set CUDA_VISIBLE_DEVICES=1\npython train.py\n"}, "", "", ""},
		{"a folder", map[string]string{"a.bat/": ""}, "", "", ""},
		{"not a script", map[string]string{"a.txt": start + " --cuda-device 1\n"}, "", "", ""},
		{"a capital ending", map[string]string{"A.BAT": start + " --cuda-device 1\n"}, "1", "A.BAT", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := portable(t, tt.scripts)
			got := launchOf(t, dir)
			if got.CUDADevice != tt.device || below(t, dir, got.Source) != tt.source {
				t.Errorf("got %q from %q, want %q from %q", got.CUDADevice, got.Source, tt.device, tt.source)
			}
			if !strings.Contains(got.Why, tt.why) || tt.why == "" && got.Why != "" {
				t.Errorf("got the reason %q, want %q", got.Why, tt.why)
			}
		})
	}
}

func TestLaunchThatIsHostile(t *testing.T) {
	const start = "python main.py --cuda-device 7"
	many, full := map[string]string{}, map[string]string{}
	for i := range 10_000 {
		many[fmt.Sprintf("s%05d.sh", i)] = "python main.py --cuda-device 1 --extra-model-paths-config " + fmt.Sprint(i) + ".yaml\n"
	}
	for i := range 60 {
		full[fmt.Sprintf("s%d.sh", i)] = strings.Repeat("A=$A\ncd $A\n", maxScript/12)
	}
	var doubling, deeper strings.Builder
	fmt.Fprintf(&doubling, "A0=%s\n", strings.Repeat("a", 500))
	for i := range 3000 {
		fmt.Fprintf(&doubling, "A%d=$A%d$A%d\n", i+1, i, i)
	}
	for range 1200 {
		deeper.WriteString("cd aaaaaa\nmain.py --extra-model-paths-config a\n")
	}
	for _, tt := range []struct {
		name   string
		files  map[string]string
		device string
		notes  int
	}{
		{"binary", map[string]string{"run.sh": start + "\n\x7fELF\x00\x00"}, "", 0},
		{"UTF-16", map[string]string{"run.ps1": "\xff\xfep\x00y\x00"}, "", 0},
		{"10,000 scripts", many, "1", 10},
		{"long scripts", full, "", 0},
		{"a million arguments", map[string]string{"run.sh": start + strings.Repeat(" x", 1_000_000)}, "", 0},
		{"as many arguments as are read", map[string]string{"run.sh": start + " --extra-model-paths-config" + strings.Repeat(" x", 32_000)}, "7", 1},
		{"comments alone", map[string]string{"run.sh": strings.Repeat("#\n", 32_000), "run.bat": strings.Repeat("::\n", 20_000)}, "", 0},
		{"quotes without end", map[string]string{"run.bat": strings.Repeat("\"\n", 30_000) + start, "run.sh": "'" + start}, "7", 0},
		{"variables that double", map[string]string{"run.sh": doubling.String() + start}, "7", 0},
		{"ever deeper", map[string]string{"run.sh": deeper.String() + start}, "", 0},
		{"nothing but separators", map[string]string{"run.sh": strings.Repeat("&|()<>;", 9000), "run.bat": "@\nset\nset /p\nset /p =\ncd\nexport\n^"}, "", 0},
		{"brackets without end", map[string]string{"run.sh": strings.Repeat("$(", 30_000) + start, "run.bat": strings.Repeat("(", 60_000) + start}, "", 0},
		{"brackets in brackets", map[string]string{"run.sh": strings.Repeat("if A=1;", 9000) + start, "run.ps1": strings.Repeat("{$A=1;", 9000)}, "", 0},
		{"texts without end", map[string]string{"run.sh": strings.Repeat("<<A ", 15_000) + "\n" + start}, "", 0},
		{"a device that is a text", map[string]string{"run.sh": "python main.py --cuda-device '1\x1b[31m'"}, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"main.py": "", "models/": ""}
			for name, text := range tt.files {
				files[name] = text
			}
			dir := tree(t, files)
			begin := time.Now()
			in, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(begin); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
			if got := in.Launch(); got.CUDADevice != tt.device || strings.ContainsRune(got.Why, '\x1b') {
				t.Errorf("got %+v, want %q", got, tt.device)
			}
			if len(in.Notes) != tt.notes {
				t.Errorf("%d notes, want %d: %.500q", len(in.Notes), tt.notes, in.Notes)
			}
		})
	}
	t.Run("1 GB", func(t *testing.T) {
		dir := tree(t, map[string]string{"main.py": "", "models/": "", "run.sh": start})
		if err := os.Truncate(filepath.Join(dir, "run.sh"), 1<<30); err != nil {
			t.Fatal(err)
		}
		if got := launchOf(t, dir); got != (Launch{}) {
			t.Errorf("got %+v", got)
		}
	})
}

// TestExtraModelPathsOfScripts looks for models in the files that launch scripts name.
func TestExtraModelPathsOfScripts(t *testing.T) {
	dir := portable(t, map[string]string{
		"a.bat":                              "python ComfyUI\\main.py --extra-model-paths-config extra\\one.yaml two.yaml --cpu --extra-model-paths-config three.yaml\n",
		"b.bat":                              "python ComfyUI\\main.py --extra-model-paths-config extra\\one.yaml gone.yaml > log.txt 2>&1\n",
		"ComfyUI/extra_model_paths.yaml":     "a: {loras: /standard}\n",
		"extra/one.yaml":                     "a: {loras: l}\n",
		"two.yaml":                           "a: {loras: [l]}\nb: {loras: two}\n",
		"three.yaml":                         "a: {loras: three, is_default: true}\n",
		"extra/l/x.safetensors":              "",
		"ComfyUI/models/loras/x.safetensors": "",
		"three/y.safetensors":                "",
	})
	in, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, folder := range in.Folders("loras") {
		if folder != filepath.FromSlash("/standard") && runtime.GOOS != "windows" {
			folder = below(t, dir, folder)
		}
		got = append(got, filepath.ToSlash(folder))
	}
	want := "three ComfyUI/models/loras /standard extra/l two"
	if runtime.GOOS != "windows" && strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if path, ok := in.Model([]string{"loras"}, "y.safetensors"); !ok || below(t, dir, path) != "three/y.safetensors" {
		t.Errorf("got %q, %t", path, ok)
	}
	notes := strings.Join(in.Notes, "\n")
	for _, part := range []string{
		filepath.Join(dir, "two.yaml") + ` line 1: "loras"`,
		"read " + filepath.Join(dir, "gone.yaml") + ", which " + filepath.Join(dir, "b.bat") + " names",
	} {
		if !strings.Contains(notes, part) {
			t.Errorf("got the notes %q, want %q", notes, part)
		}
	}
	if len(in.Notes) != 2 {
		t.Errorf("got the notes %q, want two", in.Notes)
	}
}

func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	for _, name := range []string{"models", "custom_nodes"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 40 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%d.py", i)), nil, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "main.py"), nil, 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, ok := Find(dir); !ok {
			b.Fatal("not found")
		}
	}
}
