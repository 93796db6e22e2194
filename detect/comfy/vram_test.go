package comfy

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestVRAMMode(t *testing.T) {
	const start = "python ComfyUI\\main.py"
	bat := func(options string) map[string]string { return map[string]string{"a.bat": start + options + "\r\n"} }
	sh := func(text string) map[string]string { return map[string]string{"ComfyUI/a.sh": text} }
	for _, tt := range []struct {
		name    string
		scripts map[string]string
		mode    string
		source  string // the script's path
		why     string // a part of it, where the mode is unknown
	}{
		{"no scripts", nil, "", "", "no launch script or setting tells how"},
		{"a script that starts nothing", map[string]string{"a.bat": "pause\r\n"}, "", "", "no launch script or setting"},
		{"as it comes", map[string]string{"run_nvidia_gpu.bat": start + " --windows-standalone-build\r\n", "run_cpu.bat": start + " --cpu\r\n"}, "normal", "run_nvidia_gpu.bat", ""},
		{"on the processor alone", bat(" --cpu"), "", "", "no launch script or setting"},
		{"highvram", bat(" --listen --highvram --port 8188"), "highvram", "a.bat", ""},
		{"gpu-only", bat(" --gpu-only"), "gpu-only", "a.bat", ""},
		{"options that say less", bat(" --lowvram"), "normal", "a.bat", ""},
		{"another option with its beginning", bat(" --highvram-not"), "normal", "a.bat", ""},
		{"memory of the computer", bat(" --high-ram"), "normal", "a.bat", ""},
		{"the value of another option", bat(" --output-directory=--highvram"), "normal", "a.bat", ""},
		{"shortened", bat(" --high"), "", "", `a.bat shortens an option to "--high"`},
		{"shortened beside one that excludes it", bat(" --gpu --lowvram"), "normal", "a.bat", ""},
		{"in a comment", map[string]string{"a.bat": "rem --highvram\r\n" + start + "\r\n"}, "normal", "a.bat", ""},
		{"another program's", map[string]string{"a.bat": "python tool.py --highvram\r\n" + start + "\r\n"}, "normal", "a.bat", ""},

		{"by a variable", sh("ARGS=\"--listen --highvram\"\npython main.py $ARGS"), "highvram", "ComfyUI/a.sh", ""},
		{"by a variable that is not known", sh("python main.py $MORE"), "", "", `a.sh leaves options open: "$MORE"`},
		{"said, beside a variable", sh("python main.py --highvram $MORE"), "highvram", "ComfyUI/a.sh", ""},
		{"excluded, beside a variable", sh("python main.py $MORE --novram"), "normal", "ComfyUI/a.sh", ""},
		{"a variable for a port", sh("python main.py --port $PORT"), "normal", "ComfyUI/a.sh", ""},
		{"a variable for a card", sh("python main.py --cuda-device $CARD"), "normal", "ComfyUI/a.sh", ""},
		{"in the one way", sh("ARGS=\nif x; then ARGS=--highvram; fi\npython main.py $ARGS"), "", "", "a.sh leaves options open"},
		{"what it is started with", sh("python main.py \"$@\""), "normal", "ComfyUI/a.sh", ""},
		{"in another shell", sh("tmux new -d \"python main.py --highvram\""), "", "", "in a way that is not understood"},
		{"another main.py or not", sh("cd $BASE\npython main.py --highvram"), "", "", "leaves open which main.py it starts"},
		{"many a turn", map[string]string{"a.bat": strings.Repeat("if x==y goto z\n", 60) + start}, "", "", "too many turns"},
		{"a card left open", sh("CUDA_VISIBLE_DEVICES=1\npython main.py --gpu-only"), "gpu-only", "ComfyUI/a.sh", ""},

		{"two agree", map[string]string{"a.bat": start + " --highvram\n", "b.bat": start + " --highvram --cuda-device 1\n"}, "highvram", "a.bat", ""},
		{"two disagree", map[string]string{"a.bat": start + " --highvram\n", "b.bat": start + "\n"}, "", "", "a.bat starts it with --highvram, "},
		{"one starts two", sh("python main.py &\npython main.py --gpu-only"), "", "", "a.sh starts it without --highvram and --gpu-only and with --gpu-only"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := portable(t, tt.scripts)
			in, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			got := in.VRAMMode()
			if got.Mode != tt.mode || below(t, dir, got.Source) != tt.source {
				t.Errorf("got %q from %q, want %q from %q", got.Mode, got.Source, tt.mode, tt.source)
			}
			if !strings.Contains(got.Why, tt.why) || (got.Why == "") != (got.Mode != "") {
				t.Errorf("got the reason %q, want %q", got.Why, tt.why)
			}
		})
	}
}

func TestVRAMModeOfDesktop(t *testing.T) {
	for _, tt := range []struct{ name, args, mode string }{
		{"highvram", `{"highvram": "", "port": "8000"}`, "highvram"},
		{"gpu-only beside a card", `{"cuda-device": "1", "gpu-only": ""}`, "gpu-only"},
		{"nothing set", `{}`, "normal"},
		{"another", `{"lowvram": ""}`, "normal"},
		{"on the processor", `{"cpu": ""}`, ""},
		{"a list", `["highvram"]`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			home(t)
			dir := tree(t, map[string]string{"models/": "", "custom_nodes/": ""})
			settings := filepath.Join(dir, "user", "default", "comfy.settings.json")
			write(t, settings, fmt.Sprintf(`{"Comfy.Server.LaunchArgs": %s}`, tt.args))
			in, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			got := in.VRAMMode()
			if got.Mode != tt.mode || tt.mode != "" && got.Source != settings || tt.mode == "" && got.Why == "" {
				t.Errorf("got %+v, want %q", got, tt.mode)
			}
		})
	}
}

func TestVRAMModeOfServer(t *testing.T) {
	const source = "http://127.0.0.1:8188"
	for _, tt := range []struct {
		name      string
		args      []string
		mode, why string
	}{
		{"an older server", nil, "", source + " does not say how it was started"},
		{"no options", []string{"main.py"}, "normal", ""},
		{"highvram", []string{`ComfyUI\main.py`, "--fast", "--highvram"}, "highvram", ""},
		{"gpu-only", []string{"main.py", "--gpu-only"}, "gpu-only", ""},
		{"shortened", []string{"main.py", "--gpu"}, "", source + ` shortens an option to "--gpu"`},
		{"on the processor", []string{"main.py", "--cpu"}, "normal", ""},
		{"more than is read", make([]string, maxArgs), "", "more words than are read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := (&SystemStats{Source: source, Args: tt.args}).VRAMMode()
			if got.Mode != tt.mode || !strings.Contains(got.Why, tt.why) || (got.Mode != "") != (got.Source == source) || (got.Mode == "") != (got.Why != "") {
				t.Errorf("got %+v, want %q, %q", got, tt.mode, tt.why)
			}
		})
	}
}
