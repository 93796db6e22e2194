package carrier

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// awkward is a workflow of everything that writers must escape, on one line.
const awkward = `{"nodes": [], "extra": {"text": "a; b = c # d \\ \"e\" é 日本 \ud83d\ude00", "NaN": 1}}`

// TestFFmpeg reads what ffmpeg writes, as VideoHelperSuite and ComfyUI call it.
func TestFFmpeg(t *testing.T) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed")
	}
	tests := []struct {
		name, file string
		flags      []string
		asComment  bool
	}{
		{"MP4", "a.mp4", []string{"-movflags", "use_metadata_tags"}, false},
		{"MP4 with its index in front", "a.mp4", []string{"-movflags", "+faststart+use_metadata_tags"}, false},
		{"MP4 in fragments", "a.mp4", []string{"-movflags", "frag_keyframe+empty_moov+use_metadata_tags"}, false},
		{"MOV", "a.mov", []string{"-movflags", "use_metadata_tags"}, false},
		{"WebM", "a.webm", nil, false},
		{"MKV", "a.mkv", nil, false},
		{"MKV as a stream", "a.mkv", []string{"-live", "1"}, false},
		{"FLAC", "a.flac", nil, false},
		{"comment in an MP4", "a.mp4", nil, true},
		{"comment among an MP4's keys", "a.mp4", []string{"-movflags", "use_metadata_tags"}, true},
		{"comment in a MOV", "a.mov", nil, true},
		{"comment in a WebM", "a.webm", nil, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			file, texts := filepath.Join(folder, test.file), filepath.Join(folder, "texts")
			line := "workflow=" + ffEscape(awkward) + "\nprompt=" + ffEscape(quoted(ran, 1))
			if test.asComment {
				line = "comment=" + ffEscape(`{"prompt": `+quoted(ran, 1)+`, "workflow": `+awkward+`}`)
			}
			if err := os.WriteFile(texts, []byte(";FFMETADATA1\n"+line+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			source := "color=black:s=16x16:d=0.2"
			if filepath.Ext(file) == ".flac" {
				source = "sine=d=0.1"
			}
			args := append([]string{"-v", "error", "-f", "lavfi", "-i", source, "-i", texts, "-map_metadata", "1"}, test.flags...)
			if out, err := exec.Command(ffmpeg, append(args, file)...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			wantBoth(t, file)
		})
	}
}

// ffEscape writes a text as a value of ffmpeg's list of metadata.
func ffEscape(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, "#", `\#`, "=", `\=`).Replace(text)
}

// TestPillow reads what Pillow writes, as ComfyUI calls it.
func TestPillow(t *testing.T) {
	python := "python3"
	if exec.Command(python, "-c", "import PIL").Run() != nil {
		python = "/usr/bin/python3" // the system's own, which packages of the system are for
	}
	if err := exec.Command(python, "-c", "import PIL").Run(); err != nil {
		t.Skip("Pillow is not installed")
	}
	const begin = `import sys
from PIL import Image, PngImagePlugin
file, workflow, prompt = sys.argv[1:]
image, info = Image.new("RGB", (8, 8)), PngImagePlugin.PngInfo()
`
	tests := []struct{ name, file, program string }{
		{"PNG", "a.png", `info.add_text("prompt", prompt); info.add_text("workflow", workflow)
image.save(file, pnginfo=info, compress_level=4)`},
		{"PNG packed", "a.png", `info.add_text("prompt", prompt, zip=True); info.add_itxt("workflow", workflow, "en", "Ablauf", zip=True)
image.save(file, pnginfo=info)`},
		{"APNG", "a.png", `for key, text in ("workflow", workflow), ("prompt", prompt):
    info.add(b"comf", key.encode("latin-1") + b"\0" + text.encode(), after_idat=True)
image.save(file, pnginfo=info, save_all=True, append_images=[Image.new("RGB", (8, 8), "red")])`},
		{"WebP", "a.webp", `exif = image.getexif()
exif[0x0110], exif[0x010f] = "prompt:" + prompt, b"workflow:" + workflow.encode()
image.save(file, exif=exif)`},
		{"animated WebP", "a.webp", `exif = image.getexif()
exif[0x0110], exif[0x010f] = "prompt:" + prompt, b"workflow:" + workflow.encode()
image.save(file, exif=exif, save_all=True, append_images=[Image.new("RGB", (8, 8), "red")])`},
		{"JPEG", "a.jpg", `exif = image.getexif()
exif[0x0110], exif[0x010f] = "prompt:" + prompt, b"workflow:" + workflow.encode()
image.save(file, exif=exif)`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), test.file)
			if out, err := exec.Command(python, "-c", begin+test.program, file, awkward, ran).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			wantBoth(t, file)
		})
	}
}

func wantBoth(t *testing.T, file string) {
	t.Helper()
	bytes, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[Key]string{Workflow: awkward, Prompt: ran} {
		got, err := read(t, bytes, key)
		if err != nil {
			t.Error(err)
		} else if string(got.JSON) != want || got.Copies != 1 || got.Fault != nil {
			t.Errorf("got %+v:\n%s\nwant\n%s", got, got.JSON, want)
		}
	}
}
