package comfy

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadScript reads a script that lies in /c. /h is the home.
func TestReadScript(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths as the other systems write them")
	}
	t.Setenv("HOME", "/h")
	t.Setenv("CUDA_VISIBLE_DEVICES", "9")
	const cuda, visible = cudaDevice, cudaVisible
	for _, tt := range []struct {
		name, file, text        string
		device, setting, config string // of the first launch; "" is none
	}{
		{"a number", "a.bat", "python main.py --cuda-device 1", "1", cuda, ""},
		{"with =", "a.bat", "python main.py --cuda-device=1 --cpu", "1", cuda, ""},
		{"two cards", "a.bat", "python main.py --cuda-device 0,1", "0,1", cuda, ""},
		{"the last counts", "a.bat", "python main.py --cuda-device 0 --cuda-device 1", "1", cuda, ""},
		{"no value", "a.bat", "python main.py --cuda-device --cpu 1", "", "", ""},
		{"the option of another program", "a.bat", "python train.py --cuda-device 1", "", "", ""},
		{"before main.py", "a.bat", "python --cuda-device 1 main.py", "", "", ""},
		{"another main.py", "a.bat", "python domain.py --cuda-device 1", "", "", ""},
		{"an older option", "a.bat", "python main.py --cuda-device-x 1", "", "", ""},

		{"rem", "a.bat", "rem python main.py --cuda-device 1\n@REM python main.py --cuda-device 1\nremove & :: & python main.py --cuda-device 2", "", "", ""},
		{"a label", "a.bat", ":: python main.py --cuda-device 1\n:start & python main.py --cuda-device 1", "", "", ""},
		{"echo", "a.bat", "@echo off\necho python main.py --cuda-device 1", "", "", ""},
		{"an @", "a.bat", "@python main.py --cuda-device 1", "1", cuda, ""},
		{"lines joined", "a.bat", "python main.py ^\r\n  --cpu ^\r\n  --cuda-device 1\r\n", "1", cuda, ""},
		{"a caret in quotes", "a.bat", "title \"a^\"\npython main.py --cuda-device 1", "1", cuda, ""},
		{"a quote ends with its line", "a.bat", "set X=\"a\necho don't\npython main.py --cuda-device 1", "1", cuda, ""},
		{"quotes", "a.bat", `"C:\my python\python.exe" -s "%~dp0ComfyUI\main.py" --cuda-device "1"`, "1", cuda, ""},
		{"as ComfyUI has it now", "a.bat", "set \"BASE=%~dp0\"\n\"%BASE%python_embeded\\python.exe\" -s \"%BASE%ComfyUI\\main.py\" --cuda-device 1 --extra-model-paths-config \"%BASE%e.yaml\"", "1", cuda, "/c/e.yaml"},
		{"start", "a.bat", `start "Comfy UI" /b python main.py --cuda-device 1`, "1", cuda, ""},
		{"below an if", "a.bat", "if exist x (\n  python main.py --cuda-device 1\n) else (\n  pause\n)", "1", cuda, ""},
		{"set", "a.bat", "set CUDA_VISIBLE_DEVICES=1\npython main.py", "1", visible, ""},
		{"SET in quotes", "a.cmd", "SET \"cuda_visible_devices=1\"\r\npython main.py\r\n", "1", visible, ""},
		{"set on one line", "a.bat", "set CUDA_VISIBLE_DEVICES=1&& python main.py", "1", visible, ""},
		{"set another with a blank", "a.bat", "set CUDA_VISIBLE_DEVICES = 1\npython main.py", "", "", ""},
		{"unset", "a.bat", "set CUDA_VISIBLE_DEVICES=\npython main.py", "", "", ""},
		{"set after the start", "a.bat", "python main.py --cpu\nset CUDA_VISIBLE_DEVICES=1", "", "", ""},
		{"the option outranks the variable", "a.bat", "set CUDA_VISIBLE_DEVICES=1\npython main.py --cuda-device 0", "0", cuda, ""},
		{"all leaves the variable", "a.bat", "set CUDA_VISIBLE_DEVICES=1\npython main.py --cuda-device all", "1", visible, ""},
		{"all", "a.bat", "python main.py --cuda-device all", "all", cuda, ""},
		{"a variable", "a.bat", "set GPU=1\npython main.py --cuda-device %gpu%", "1", cuda, ""},
		{"either of two", "a.bat", "set GPU=0\nif x==x set GPU=1\npython main.py --cuda-device %GPU%", "%GPU%", cuda, ""},
		{"either of two in brackets", "a.bat", "if x==x (set GPU=0) else set GPU=1\npython main.py --cuda-device %GPU%", "%GPU%", cuda, ""},
		{"a default", "a.bat", "if not defined GPU set GPU=1\npython main.py --cuda-device %GPU%", "%GPU%", cuda, ""},
		{"asked for", "a.bat", "set GPU=0\nset /p GPU=Which card? \npython main.py --cuda-device %GPU%", "%GPU%", cuda, ""},
		{"a UUID", "a.bat", "set CUDA_VISIBLE_DEVICES=GPU-8932f937-d72c\npython main.py", "GPU-8932f937-d72c", visible, ""},

		{"a comment", "a.sh", "# python main.py --cuda-device 1\npython main.py --cpu # --cuda-device 1 \\\n--cuda-device 2", "", "", ""},
		{"no comment", "a.sh", "echo a#b; python main.py --cuda-device 1", "1", cuda, ""},
		{"lines joined", "a.sh", "python3 main.py \\\n  --listen \\\n  --cuda-device 1", "1", cuda, ""},
		{"prefix", "a.sh", "CUDA_VISIBLE_DEVICES=1 HF_HOME=/x python main.py\n", "1", visible, ""},
		{"prefix of another", "a.sh", "CUDA_VISIBLE_DEVICES=1 python train.py\npython main.py", "", "", ""},
		{"env", "a.sh", "exec env CUDA_VISIBLE_DEVICES='1' python main.py", "1", visible, ""},
		{"export", "a.sh", "#!/bin/sh\nexport CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES=\"1\"\nexec python main.py \"$@\"", "1", visible, ""},
		{"an assignment", "a.sh", "CUDA_VISIBLE_DEVICES=1; export CUDA_VISIBLE_DEVICES\npython main.py", "1", visible, ""},
		{"a name in small letters", "a.sh", "gpu=1\nGPU=2\npython main.py --cuda-device ${gpu}", "1", cuda, ""},
		{"a default", "a.sh", "export CUDA_VISIBLE_DEVICES=${GPU:-0}\npython main.py", "${GPU:-0}", visible, ""},
		{"either of two", "a.sh", "if true; then export CUDA_VISIBLE_DEVICES=0; else export CUDA_VISIBLE_DEVICES=1; fi\npython main.py", "%CUDA_VISIBLE_DEVICES%", visible, ""},
		{"not our own variable", "a.sh", "python main.py", "", "", ""},
		{"quotes in quotes", "a.sh", `python main.py --extra-model-paths-config "a \"b\".yaml"`, "", "", `/c/a "b".yaml`},
		{"the home", "a.sh", "python main.py --extra-model-paths-config ~/e.yaml", "", "", "/h/e.yaml"},
		{"its folder", "a.sh", `python main.py --extra-model-paths-config "$(dirname "$0")/e.yaml"`, "", "", "/c/e.yaml"},
		{"its folder, entered", "a.sh", "HERE=\"$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd)\"\ncd \"$HERE/ComfyUI\" || exit 1\npython main.py --extra-model-paths-config ../e.yaml", "", "", "/c/e.yaml"},
		{"its folder behind a link", "a.sh", `cd "$(dirname "$(readlink -f "$0")")/ComfyUI" && python main.py --extra-model-paths-config=e.yaml`, "", "", "/c/ComfyUI/e.yaml"},
		{"the working folder", "a.sh", "cd ComfyUI\npython main.py --extra-model-paths-config $PWD/e.yaml", "", "", "/c/ComfyUI/e.yaml"},

		{"two files", "a.bat", "python main.py --extra-model-paths-config a.yaml sub\\b.yaml --cuda-device 1", "1", cuda, "/c/a.yaml /c/sub/b.yaml"},
		{"given twice", "a.bat", "python main.py --extra-model-paths-config a.yaml --extra-model-paths-config b.yaml", "", "", "/c/a.yaml /c/b.yaml"},
		{"the output elsewhere", "a.bat", "python main.py --extra-model-paths-config a.yaml 2> log.txt", "", "", "/c/a.yaml"},
		{"a folder entered", "a.bat", "cd /d \"%~dp0ComfyUI\"\npython main.py --extra-model-paths-config ..\\e.yaml", "", "", "/c/e.yaml"},

		{"of PowerShell", "a.ps1", "$env:CUDA_VISIBLE_DEVICES = \"1\"\r\n& .\\venv\\Scripts\\python.exe main.py `\r\n  --listen\r\n", "1", visible, ""},
		{"of PowerShell on one line", "a.ps1", "$Env:CUDA_VISIBLE_DEVICES='0,1'; python main.py", "0,1", visible, ""},
		{"lines joined", "a.ps1", "python .\\main.py `\r\n  --cuda-device 1 `\r\n  --listen", "1", cuda, ""},
		{"a comment over lines", "a.ps1", "<#\npython main.py --cuda-device 1\n#>\n# python main.py --cuda-device 1\n", "", "", ""},
		{"a variable", "a.ps1", "$gpu = 1\nif ($true) { python main.py --cuda-device $GPU --extra-model-paths-config \"$PSScriptRoot\\e.yaml\" }", "1", cuda, "/c/e.yaml"},
		{"Write-Host", "a.ps1", "Write-Host \"python\" main.py --cuda-device 1", "", "", ""},
		{"a byte order mark", "a.ps1", "\ufeffpython main.py --cuda-device 1", "1", cuda, ""},
	} {
		t.Run(tt.file+" "+tt.name, func(t *testing.T) {
			var got launch
			root := "/c"
			if strings.Contains(tt.text, "ComfyUI") {
				root = "/c/ComfyUI"
			}
			if all := readScript("/c/"+tt.file, root, tt.text); len(all) > 0 {
				got = all[0]
			}
			if got.device == "" {
				got.setting = ""
			}
			want := []string{tt.device, tt.setting, tt.config}
			if diff := cmp.Diff(want, []string{got.device, got.setting, strings.Join(got.configs, " ")}); diff != "" {
				t.Errorf("- want + got\n%s", diff)
			}
		})
	}
}

func FuzzReadScript(f *testing.F) {
	f.Add("a.bat", "set /p GPU=1\npython main.py ^\n --cuda-device %GPU%")
	f.Add("a.sh", "cd \"$(dirname \"$0\")\"\nA=1 python main.py --extra-model-paths-config 'a' > b 2>&1")
	f.Add("a.sh", "case $1 in a) A=(x);; esac\ncat <<-'E' >x\n\tE\nA+=\" $(x)\" ; python main.py $A ${B} `c`")
	f.Add("a.ps1", "$env:CUDA_VISIBLE_DEVICES = 1\n& python main.py `\n --cuda-device=1")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, name, text string) {
		if len(text) > maxScript || dialectOf(name) == 0 || strings.ContainsAny(text, marks) {
			return
		}
		for _, l := range readScript(filepath.Join(dir, filepath.Base(name)), dir, text) {
			if (l.vram == "") != (l.vramDoubt != "") {
				t.Fatalf("the VRAM mode is %q, because %q", l.vram, l.vramDoubt)
			}
			for _, path := range l.configs {
				if !filepath.IsAbs(path) {
					t.Fatalf("%q is not absolute", path)
				}
			}
		}
	})
}
