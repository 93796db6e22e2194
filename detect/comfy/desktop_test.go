package comfy

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// home makes a new folder the home of whoever runs the tests, and returns where ComfyUI Desktop keeps
// its own files in there.
func home(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"HOME", "USERPROFILE", "XDG_CONFIG_HOME", "APPDATA"} {
		t.Setenv(name, dir)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(dir, "Library", "Application Support", "ComfyUI")
	}
	return filepath.Join(dir, "ComfyUI")
}

func TestDesktopConfig(t *testing.T) {
	for _, tt := range []struct {
		name, yaml string   // DIR is the folder
		want       []string // folders of loras below it
		note       string   // "" is none
	}{
		{"as Desktop writes it", "comfyui_desktop:\n  is_default: \"true\"\n  base_path: DIR\n  loras: models/loras/\n  custom_nodes: custom_nodes/\n", []string{"models/loras"}, ""},
		{"with folders of a user", "comfyui_desktop:\n  base_path: DIR/\n  loras: models/loras/\nmine:\n  base_path: DIR/disk\n  loras: l\n", []string{"models/loras", "disk/l"}, ""},
		{"as it was first", "comfyui:\n  base_path: DIR\n  loras: more\n", []string{"models/loras", "more"}, ""},
		{"of another folder", "comfyui_desktop:\n  base_path: DIR/disk\n  loras: l\n", []string{"models/loras"}, ""},
		{"of a folder taken over", "comfyui_migration:\n  base_path: DIR\n  loras: l\n", []string{"models/loras"}, ""},
		{"no base", "comfyui_desktop:\n  loras: l\n", []string{"models/loras"}, ""},
		{"not YAML", "\t", []string{"models/loras"}, ""},
		{"a list", "comfyui_desktop:\n  base_path: DIR\n  loras: [l]\n", []string{"models/loras"}, `extra_models_config.yaml line 3: "loras"`},
		{"too long", strings.Repeat("# padding\n", 30_000), []string{"models/loras"}, "more than 64 KiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := tree(t, map[string]string{"models/loras/": "", "custom_nodes/": "", "disk/l/": ""})
			text := strings.ReplaceAll(tt.yaml, "DIR", filepath.ToSlash(dir))
			write(t, filepath.Join(home(t), "extra_models_config.yaml"), text)
			in, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, folder := range in.Folders("loras") {
				got = append(got, below(t, dir, folder))
			}
			if strings.Join(got, " ") != strings.Join(tt.want, " ") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if notes := strings.Join(in.Notes, "\n"); tt.note == "" && notes != "" || !strings.Contains(notes, tt.note) {
				t.Errorf("got the notes %q, want %q", notes, tt.note)
			}
		})
	}
}

func TestFindDesktop(t *testing.T) {
	for _, tt := range []struct {
		name, without, yaml string // DIR is the folder
		want                bool
	}{
		{"no settings of Desktop", "", "", true},
		{"it is Desktop's", "", "comfyui_desktop:\n  base_path: DIR\n", true},
		{"Desktop has another", "", "comfyui_desktop:\n  base_path: DIR/disk\n", false},
		{"Desktop does not tell", "", "mine:\n  base_path: DIR/disk\n", true},
		{"settings that are not YAML", "", "\t", true},
		{"no models", "models/", "", false},
		{"no nodes", "custom_nodes/", "", false},
		{"no user", "user/", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			config := filepath.Join(home(t), "extra_models_config.yaml")
			all := map[string]string{"disk/": "", "models/": "", "custom_nodes/": "", "user/": ""}
			delete(all, tt.without)
			dir := tree(t, all)
			if tt.without == "" {
				write(t, filepath.Join(dir, "user", "default", "comfy.settings.json"), `{"Comfy.Server.LaunchArgs": {"cuda-device": "1"}}`)
			}
			if tt.yaml != "" {
				write(t, config, strings.ReplaceAll(tt.yaml, "DIR", filepath.ToSlash(dir)))
			}
			in, ok := Find(filepath.Join(dir, "user", "default", "workflows"))
			if ok != tt.want {
				t.Fatalf("found: %t, want %t", ok, tt.want)
			}
			if ok && (in.Root != dir || in.Launch().CUDADevice != "1") {
				t.Errorf("got %q and %+v", in.Root, in.Launch())
			}
			_, err := Open(filepath.Join(dir, "disk"))
			if err == nil || strings.Contains(err.Error(), "lies inside of ComfyUI") != tt.want {
				t.Errorf("got the error %v", err)
			}
		})
	}
}

func TestDesktopConfigIsDesktops(t *testing.T) {
	dir := tree(t, map[string]string{"main.py": "", "models/": ""})
	write(t, filepath.Join(home(t), "extra_models_config.yaml"), "comfyui:\n  base_path: "+filepath.ToSlash(dir)+"\n  loras: more\n")
	in, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := in.Folders("loras"); len(got) != 1 {
		t.Errorf("ComfyUI itself looks in %q", got)
	}
}

func TestDesktopSettings(t *testing.T) {
	for _, tt := range []struct {
		name, json, device, note string
	}{
		{"none", "", "", ""},
		{"as the pages write it", `{"Comfy.UseNewMenu": "Top", "Comfy.Server.LaunchArgs": {"cuda-device": "1", "cpu-vae": ""}}`, "1", ""},
		{"a number", `{"Comfy.Server.LaunchArgs": {"cuda-device": 1}}`, "1", ""},
		{"the default", `{"Comfy.Server.LaunchArgs": {"default-device": "1"}}`, "1", ""},
		{"on the processor", `{"Comfy.Server.LaunchArgs": {"cuda-device": "1", "cpu": ""}}`, "", ""},
		{"another option", `{"Comfy.Server.LaunchArgs": {"port": "8000"}}`, "", ""},
		{"a list", `{"Comfy.Server.LaunchArgs": ["cuda-device", "1"]}`, "", ""},
		{"nested by its points", `{"Comfy": {"Server": {"LaunchArgs": {"cuda-device": "1"}}}}`, "", ""},
		{"not JSON", `{"Comfy.Server.LaunchArgs": {"cuda-device": "1"}`, "", "not JSON"},
		{"too long", `"` + strings.Repeat("x", maxSettings) + `"`, "", "more than 1024 KiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			home(t)
			dir := tree(t, map[string]string{"models/": "", "custom_nodes/": ""})
			settings := filepath.Join(dir, "user", "default", "comfy.settings.json")
			if tt.json != "" {
				write(t, settings, tt.json)
			}
			in, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			got := in.Launch()
			if got.CUDADevice != tt.device || tt.device != "" && got.Source != settings {
				t.Errorf("got %+v, want %q", got, tt.device)
			}
			if notes := strings.Join(in.Notes, "\n"); tt.note == "" && notes != "" || !strings.Contains(notes, tt.note) {
				t.Errorf("got the notes %q, want %q", notes, tt.note)
			}
		})
	}
}
