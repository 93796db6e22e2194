package comfy

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestStart reads scripts beside a main.py. GPU and ARGS are set where wanfix runs.
func TestStart(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths as the other systems write them")
	}
	for _, tt := range []struct {
		name, file, text string
		want             string // the devices; "-" is none, "open" what keeps it unknown
	}{
		{"another folder", "a.sh", "cd /opt/fooocus\npython main.py --cuda-device 1", ""},
		{"a folder below", "a.sh", "python other/main.py --cuda-device 1", ""},
		{"in here", "a.sh", "cd other && python ../main.py --cuda-device 1", "1"},
		{"by a variable", "a.sh", "BASE=/opt/fooocus\npython \"$BASE/main.py\" --cuda-device 1", ""},
		{"below the home", "a.sh", "cd $HOME/ComfyUI\npython main.py --cuda-device 1", "1"},
		{"elsewhere below the home", "a.sh", "cd \"${HOME}/fooocus\"; python main.py --cuda-device 1", ""},
		{"a variable not known, its name", "a.sh", "cd $BASE/ComfyUI\npython main.py --cuda-device 1", "1"},
		{"a variable not known", "a.sh", "cd $BASE\npython main.py --cuda-device 1", "open"},
		{"a variable not known, another name", "a.sh", "python $BASE/fooocus/main.py --cuda-device 1", "open"},
		{"a drive", "a.bat", "python D:\\x\\ComfyUI\\main.py --cuda-device 1\npython D:\\y\\main.py", "1 open"},
		{"a folder or not", "a.sh", "if [ -d x ]; then cd x; fi\npython main.py --cuda-device 1", "open"},
		{"a shell of its own", "a.sh", "(cd x && python tool.py)\npython main.py --cuda-device 1", "1"},
		{"back again", "a.bat", "pushd x\npython main.py\npopd\npython main.py --cuda-device 1", "1"},
		{"a folder after a test", "a.sh", "[ -d x ] && cd x\npython main.py", "open"},
		{"the output for a folder", "a.sh", "cd $(git rev-parse --show-toplevel)\npython main.py", "open"},

		{"looked at", "a.sh", "if [ ! -f main.py ]; then exit; fi\ncat main.py\nchmod +x main.py\ncp main.py main.py", ""},
		{"looked at", "a.bat", "if not exist main.py git clone --depth 1 x\nif exist main.py (echo x)\nif exist main.py python main.py --cuda-device 1", "1"},
		{"for another shell", "a.sh", "tmux new -d \"cd x && python main.py --cuda-device 1\"", "open"},
		{"a python by variable", "a.bat", "%PYTHON% main.py", "-"},
		{"with a tool", "a.sh", "accelerate launch main.py\nuv run main.py", "- -"},
		{"a whole command", "a.sh", "CMD=\"python main.py --cuda-device 1\"\n$CMD\neval \"$CMD\"", "1 open"},
		{"a command as an array", "a.sh", "CMD=(python main.py --cuda-device 1)\n\"${CMD[@]}\"", ""},

		{"unset", "a.sh", "export CUDA_VISIBLE_DEVICES=1\npython tool.py\nunset CUDA_VISIBLE_DEVICES\npython main.py", "-"},
		{"unset", "a.bat", "set CUDA_VISIBLE_DEVICES=1\npython tool.py\nset CUDA_VISIBLE_DEVICES=\npython main.py", "-"},
		{"unset", "a.ps1", "$env:CUDA_VISIBLE_DEVICES = 1\nRemove-Item Env:\\CUDA_VISIBLE_DEVICES\npython main.py", "-"},
		{"unset with null", "a.ps1", "$env:CUDA_VISIBLE_DEVICES = 1\n$env:CUDA_VISIBLE_DEVICES=$null\npython main.py", "-"},
		{"unset or not", "a.sh", "export CUDA_VISIBLE_DEVICES=1\nif x; then unset CUDA_VISIBLE_DEVICES; fi\npython main.py", "open"},
		{"unset or not", "a.bat", "set CUDA_VISIBLE_DEVICES=1\nif x==y set CUDA_VISIBLE_DEVICES=\npython main.py", "open"},
		{"set twice", "a.sh", "export CUDA_VISIBLE_DEVICES=1\nCUDA_VISIBLE_DEVICES=0\npython main.py", "0"},
		{"left out by goto", "a.bat", "goto run\nset CUDA_VISIBLE_DEVICES=1\n:run\npython main.py", "open"},
		{"many a goto", "a.bat", strings.Repeat("if x==y goto z\n", 60) + "python main.py", "open"},
		{"in the one way", "a.sh", "if x; then\n  export CUDA_VISIBLE_DEVICES=1\n  python main.py\nelse\n  python main.py\nfi", "1 open"},
		{"an if in PowerShell", "a.ps1", "if($x){$gpu=1}\npython main.py --cuda-device $gpu", "open"},
		{"a case", "a.sh", "case $1 in\na) GPU=0; python main.py --cuda-device $GPU;;\nb) GPU=1;;\nesac\npython main.py --cuda-device $GPU", "0 open"},
		{"or else", "a.sh", "test x || GPU=1\npython main.py --cuda-device $GPU", "open"},
		{"declare", "a.sh", "declare -x CUDA_VISIBLE_DEVICES=1\npython main.py", "1"},
		{"typeset", "a.sh", "typeset -gx CUDA_VISIBLE_DEVICES=1\npython main.py", "1"},
		{"readonly", "a.sh", "readonly GPU=1\npython main.py --cuda-device $GPU", "1"},
		{"two at once", "a.sh", "export CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES=1\npython main.py", "1"},
		{"no export", "a.sh", "CUDA_VISIBLE_DEVICES=1\npython main.py", "open"},
		{"hidden", "a.sh", "export CUDA_VISIBLE_DEVICES=\npython main.py", "open"},
		{"env -u", "a.sh", "export CUDA_VISIBLE_DEVICES=1\nenv -u CUDA_VISIBLE_DEVICES python main.py", "-"},
		{"set another way", "a.ps1", "Set-Item env:CUDA_VISIBLE_DEVICES 1\npython main.py", "open"},
		{"read", "a.sh", "GPU=0\nread -p x GPU\npython main.py --cuda-device $GPU", "open"},
		{"a loop", "a.sh", "GPU=0\nfor GPU in 1 2; do python main.py --cuda-device $GPU; done", "open"},
		{"a sum", "a.bat", "set GPU=0\nset /a GPU+=1\npython main.py --cuda-device %GPU%", "open"},
		{"inside of brackets", "a.bat", "set GPU=0\nif x==y (\nset GPU=1\npython main.py --cuda-device %GPU%\n)", "open"},

		{"a text", "a.sh", "cat <<EOF\npython main.py --cuda-device 1\nEOF\npython main.py --cuda-device 0", "0"},
		{"a text in quotes", "a.sh", "cat > x << 'EOF'\npython main.py --cuda-device 1\n\tEOF\nEOF\npython main.py", "-"},
		{"a text behind tabs", "a.sh", "cat <<-EOF\n\tpython main.py --cuda-device 1\n\tEOF\npython main.py", "-"},
		{"two texts", "a.sh", "cat <<A <<\"B\"\nA\npython main.py\nB\npython main.py --cuda-device 1", "1"},
		{"a text without end", "a.sh", "cat <<EOF\npython main.py --cuda-device 1", ""},
		{"a text in PowerShell", "a.ps1", "$x = @\"\npython main.py \"a\"\n\"@\npython main.py", "-"},

		{"the output elsewhere", "a.sh", "python main.py --listen 2>&1 >> log.txt --cuda-device 1 &>all <<< x && python main.py &", "1 -"},
		{"the output elsewhere", "a.bat", ">nul python main.py 2>&1 --cuda-device 1>log.txt 2& python main.py", "2 -"},
		{"the output elsewhere", "a.ps1", "python main.py *> log.txt --cuda-device 1", "1"},
		{"not in the script", "a.sh", "python main.py --cuda-device $GPU", "open"},
		{"not in the script", "a.bat", "python main.py --cuda-device %GPU%", "open"},
		{"not in the script", "a.ps1", "python main.py --cuda-device $env:GPU", "open"},
		{"options not in the script", "a.sh", "python main.py --listen $ARGS", "open"},
		{"options outranked", "a.sh", "python main.py $ARGS --cuda-device 1", "1"},
		{"a port", "a.sh", "python main.py --port $PORT --output-directory=\"$OUT\" \"$@\"", "-"},

		{"several words", "a.sh", "ARGS=\"--listen --cuda-device 1\"\npython main.py $ARGS", "1"},
		{"several words added", "a.sh", "ARGS=--listen\nARGS+=\" --cuda-device 1\"\npython main.py ${ARGS}", "1"},
		{"several words in quotes", "a.sh", "ARGS=\"--listen --cuda-device 1\"\npython main.py \"$ARGS\"", "-"},
		{"no words", "a.sh", "ARGS=\npython main.py --cuda-device $ARGS 1", "1"},
		{"several words", "a.bat", "set ARGS=--cuda-device 1\npython main.py %ARGS%", "1"},
		{"an array", "a.sh", "ARGS=(--cuda-device 1)\npython main.py \"${ARGS[@]}\"", "open"},
		{"an array", "a.ps1", "$a = @('--cuda-device', '1')\npython main.py $a", "open"},
		{"an array by its commas", "a.ps1", "$a = '--cuda-device', '1'\npython main.py $a", "open"},
		{"splatted", "a.ps1", "$a = '--cuda-device', '1'\npython main.py @a", "open"},
		{"what it is started with", "a.ps1", "python main.py @args", "-"},

		{"the default", "a.sh", "python main.py --default-device 1", "1"},
		{"the default outranked", "a.sh", "python main.py --cuda-device 0 --default-device 1", "0"},
		{"the default beside all", "a.sh", "python main.py --cuda-device all --default-device 1", "1"},
		{"all beside what is not exported", "a.sh", "CUDA_VISIBLE_DEVICES=1\npython main.py --cuda-device all", "open"},
		{"on the processor", "a.sh", "python main.py --cpu --cuda-device 1", "cpu"},
	} {
		t.Run(tt.file+" "+tt.name, func(t *testing.T) {
			home := t.TempDir()
			for name, value := range map[string]string{"HOME": home, "GPU": "0", "ARGS": "", "BASE": home} {
				t.Setenv(name, value)
			}
			var got []string
			root := filepath.Join(home, "ComfyUI")
			for _, l := range readScript(filepath.Join(root, tt.file), root, tt.text) {
				switch {
				case l.cpu:
					got = append(got, "cpu")
				case l.doubt() != "":
					got = append(got, "open")
				case l.device == "":
					got = append(got, "-")
				default:
					got = append(got, l.device)
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
