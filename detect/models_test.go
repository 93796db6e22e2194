package detect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/detect/comfy"
)

func TestModels(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"diffusion_models/Wan/a.safetensors": "no header", "unet/b.gguf": "",
		"../outside.safetensors": "no header", "loras/c.safetensors": "no header", "clip/t5.gguf": "", "vae/v.safetensors": "no header",
	} {
		path := filepath.Join(folder, "models", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	install, err := comfy.OpenModels(filepath.Join(folder, "models"))
	if err != nil {
		t.Fatal(err)
	}
	models := ModelsIn(install)
	tests := []struct{ name, kind, file, found, reason string }{
		{"below a folder", "diffusion_models", "Wan/a.safetensors", "diffusion_models/Wan/a.safetensors", "read the header of"},
		{"with a backslash", "diffusion_models", `Wan\a.safetensors`, "diffusion_models/Wan/a.safetensors", "read the header of"},
		{"in the older folder", "diffusion_models", "b.gguf", "unet/b.gguf", "the file is empty"},
		{"nowhere", "diffusion_models", "d.safetensors", "", "there is no d.safetensors among the models"},
		{"out of the folder", "diffusion_models", "../outside.safetensors", "", "there is no ../outside.safetensors"},
		{"nothing", "diffusion_models", "", "", "there is no  among the models"},
		{"a LoRA", "loras", "c.safetensors", "loras/c.safetensors", "read the header of"},
		{"a text encoder in the older folder", "text_encoders", "t5.gguf", "clip/t5.gguf", "the file is empty"},
		{"a VAE", "vae", "v.safetensors", "vae/v.safetensors", "read the header of"},
		{"a LoRA is no model", "diffusion_models", "c.safetensors", "", "there is no c.safetensors"},
		{"no kind", "", "c.safetensors", "", "there is no c.safetensors"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			header, source, err := models.Header(test.kind, test.file)
			if header != nil || err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("%v, %v; want %q", header, err, test.reason)
			}
			if want := filepath.Join(folder, "models", filepath.FromSlash(test.found)); test.found != "" && source != "header of "+want {
				t.Errorf("read from %q, want %q", source, want)
			}
		})
	}
}
