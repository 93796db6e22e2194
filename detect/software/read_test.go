package software

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/wanfix/wanfix/detect/comfy"
)

// torchVersion is torch/version.py as its wheels have it.
const torchVersion = `from typing import Optional

__all__ = ['__version__', 'debug', 'cuda', 'git_version', 'hip', 'xpu']
__version__ = '2.9.1+cu128'
debug = False
cuda: Optional[str] = '12.8'
git_version = '5811a8d7da873dd699ff6687092c225caffcf1bb'
hip: Optional[str] = None
xpu: Optional[str] = None
`

const (
	windowsSite = "python_embeded/Lib/site-packages"
	linuxSite   = "lib/python3.12/site-packages"
)

// portable is the package for Windows with the usual wheels, taken apart from a user's disk.
var portable = merge(
	under("ComfyUI", comfyTree),
	map[string]string{
		"python_embeded/python.exe":                        "",
		"python_embeded/python313.dll":                     "",
		"python_embeded/python313._pth":                    "../ComfyUI\npython313.zip\n.\nimport site\n",
		"run_nvidia_gpu.bat":                               "",
		windowsSite + "/torch/version.py":                  torchVersion,
		windowsSite + "/torch-2.9.1+cu128.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: setuptools (80.9.0)\nRoot-Is-Purelib: false\nTag: cp313-cp313-win_amd64\n",
		windowsSite + "/distutils-precedence.pth":          "import os; var = 'SETUPTOOLS_USE_DISTUTILS'\n",
		windowsSite + "/pywin32.pth":                       "# .pth file for the PyWin32 extensions\nwin32\nwin32\\lib\nPythonwin\n",
		windowsSite + "/~orch-2.8.0.dist-info/METADATA":    "Version: 2.8.0\n",
	},
	under(windowsSite, installed("torch 2.9.1+cu128", "triton-windows 3.5.0.post21", "sageattention 2.2.0+cu128torch2.8.0.post3", "torchvision 0.24.1+cu128", "accelerate 1.11.0")),
)

func linuxVenv(where string, packages ...string) map[string]string {
	return merge(under(where, venv), under(where+"/"+linuxSite, installed(packages...)))
}

func TestRead(t *testing.T) {
	conda := merge(
		under("env/"+linuxSite, installed("torch 2.5.1", "triton 3.1.0")),
		map[string]string{
			"env/conda-meta/python-3.12.9-h9e4cc4f_0_cpython.json":           "{}",
			"env/conda-meta/python-dateutil-2.9.0-py_0.json":                 "{}",
			"env/" + linuxSite + "/torch/version.py":                         "__version__ = '2.5.1'\ndebug = False\ncuda = '12.4'\nhip = None\n",
			"env/" + linuxSite + "/xformers-0.0.29-py3.12.egg-info/PKG-INFO": "Name: xformers\nVersion: 0.0.29.post1\n",
		})
	plainVenv := merge(under("ComfyUI", comfyTree), linuxVenv("ComfyUI/venv", "torch 2.8.0+cu126", "triton 3.4.0"))
	for _, tt := range []struct {
		name  string
		files map[string]string
		root  string
		envs  []string
		goos  string
		want  map[string]string // those of nodes are in another test
	}{
		{"the portable package, seen from WSL", portable, ".", nil, "linux", map[string]string{
			"os": "windows", "python": "3.13", "torch": "2.9.1", "torch_build": "cu128", "cuda": "12.8", "comfyui": "0.3.64",
			"triton": "3.5.0.post21", "triton_windows": "3.5.0.post21", "sageattention": "2.2.0+cu128torch2.8.0.post3", "accelerate": "1.11.0",
			"sageattention3": Absent, "flash_attn": Absent, "flash_attn_3": Absent, "xformers": Absent}},
		{"a venv in the folder", plainVenv, "ComfyUI", nil, "linux", map[string]string{
			"os": "linux", "python": "3.12.3", "torch": "2.8.0", "torch_build": "cu126", "cuda": "12.6", "comfyui": "0.3.64",
			"triton": "3.4.0", "triton_windows": Absent, "sageattention": Absent, "accelerate": Absent,
			"sageattention3": Absent, "flash_attn": Absent, "flash_attn_3": Absent, "xformers": Absent}},
		{"a venv of WSL, seen from Windows", plainVenv, "ComfyUI", nil, "windows", map[string]string{
			"os": "linux", "python": "3.12.3", "torch": "2.8.0", "torch_build": "cu126", "cuda": "12.6", "comfyui": "0.3.64",
			"triton": "3.4.0", "triton_windows": Absent, "sageattention": Absent, "accelerate": Absent,
			"sageattention3": Absent, "flash_attn": Absent, "flash_attn_3": Absent, "xformers": Absent}},
		{"a script beside main.py", merge(under("ComfyUI", comfyTree), map[string]string{"ComfyUI/run.sh": "python main.py --highvram\n"}), "ComfyUI", nil, "linux",
			map[string]string{"os": "linux", "comfyui": "0.3.64", "vram_mode": "highvram"}},
		{"conda, named", merge(conda, under("ComfyUI", comfyTree)), "ComfyUI", []string{"env"}, "linux", map[string]string{
			"os": "linux", "python": "3.12.9", "torch": "2.5.1", "torch_build": "cu124", "cuda": "12.4", "comfyui": "0.3.64",
			"triton": "3.1.0", "triton_windows": Absent, "xformers": "0.0.29.post1"}},
		{"conda for Windows, named", merge(under("ComfyUI", comfyTree), under("env/Lib/site-packages", installed("torch 2.8.0+cu128"))), "ComfyUI", []string{"env"}, "windows", map[string]string{
			"os": "windows", "torch": "2.8.0", "torch_build": "cu128", "cuda": "12.8", "comfyui": "0.3.64"}},
		{"one named outranks one found", merge(plainVenv, linuxVenv("mine", "torch 2.7.1+cu128")), "ComfyUI", []string{"mine"}, "linux", map[string]string{
			"os": "linux", "python": "3.12.3", "torch": "2.7.1", "torch_build": "cu128", "cuda": "12.8", "comfyui": "0.3.64", "accelerate": Absent,
			"triton": Absent, "triton_windows": Absent, "sageattention": Absent, "sageattention3": Absent, "flash_attn": Absent, "flash_attn_3": Absent, "xformers": Absent}},
		{"no environment", under("ComfyUI", comfyTree), "ComfyUI", nil, "darwin", map[string]string{"os": "darwin", "comfyui": "0.3.64"}},
		{"a portable package without Python's packages", merge(under("ComfyUI", comfyTree), map[string]string{"python_embeded/": ""}), ".", nil, "linux",
			map[string]string{"os": "windows", "comfyui": "0.3.64"}},
		{"one named without torch", merge(under("ComfyUI", comfyTree), linuxVenv("mine", "numpy 2.0")), "ComfyUI", []string{"mine"}, "linux",
			map[string]string{"os": "linux", "comfyui": "0.3.64"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := tree(t, tt.files)
			var envs []string
			for _, env := range tt.envs {
				envs = append(envs, filepath.Join(dir, env))
			}
			v := read(open(t, filepath.Join(dir, tt.root)), tt.goos, envs)
			if diff := cmp.Diff(tt.want, v.Values()); diff != "" {
				t.Errorf("- want + got\n%s", diff)
			}
			for name, fact := range v {
				if (fact.Value == "") != (fact.Why != "") || (fact.Value != "") != (fact.Source != "") {
					t.Errorf("%s: %+v: want a value with a source, or why not", name, fact)
				}
			}
		})
	}
}

func TestReadFindsTheEnvironment(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		torch string // "" is unknown
	}{
		{".venv", linuxVenv("a/b/ComfyUI/.venv", "torch 2.1"), "2.1"},
		{"env", linuxVenv("a/b/ComfyUI/env", "torch 2.1"), "2.1"},
		{"beside it", linuxVenv("a/b/venv", "torch 2.2"), "2.2"},
		{"above it", linuxVenv("a/.venv", "torch 2.3"), "2.3"},
		{"too far up", linuxVenv("venv", "torch 2.4"), ""},
		{"the nearer one", merge(linuxVenv("a/b/venv", "torch 2.2"), linuxVenv("a/b/ComfyUI/venv", "torch 2.1")), "2.1"},
		{"the nearer one is for tools", merge(linuxVenv("a/b/venv", "torch 2.2"), linuxVenv("a/b/ComfyUI/venv", "ruff 0.9")), "2.2"},
		{"two as near", merge(linuxVenv("a/b/ComfyUI/venv", "torch 2.1"), linuxVenv("a/b/ComfyUI/.venv", "torch 2.5")), ""},
		{"two as near that agree", merge(linuxVenv("a/b/ComfyUI/venv", "torch 2.1"), linuxVenv("a/b/ComfyUI/.venv", "torch 2.1")), "2.1"},
		{"on Windows", merge(under("a/b/ComfyUI/venv", map[string]string{"Scripts/python.exe": "", "pyvenv.cfg": ""}), under("a/b/ComfyUI/venv/Lib/site-packages", installed("torch 2.6"))), "2.6"},
		{"Debian's folder", under("a/b/ComfyUI/venv/lib/python3/dist-packages", installed("torch 2.6")), "2.6"},
		{"an old Python in it", merge(linuxVenv("a/b/ComfyUI/venv", "torch 2.1"), map[string]string{"a/b/ComfyUI/venv/lib/python2.7/site-packages/torch-1.dist-info/": ""}), "2.1"},
		{"two Pythons in it", merge(linuxVenv("a/b/ComfyUI/venv", "torch 2.1"), under("a/b/ComfyUI/venv/lib/python3.13/site-packages", installed("torch 2.7"))), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := tree(t, merge(under("a/b/ComfyUI", comfyTree), tt.files))
			torch := read(open(t, filepath.Join(dir, "a/b/ComfyUI")), "linux", nil)["torch"]
			if torch.Value != tt.torch || torch.Value == "" && torch.Why == "" {
				t.Errorf("got %+v, want %q", torch, tt.torch)
			}
		})
	}
}

func TestReadOnlyModels(t *testing.T) {
	in, err := comfy.OpenModels(tree(t, map[string]string{"loras/": ""}))
	if err != nil {
		t.Fatal(err)
	}
	if v := Read(in); len(v) != 0 {
		t.Errorf("got %+v of models alone", v)
	}
}

// TestPackages varies what pip left in a venv that has torch.
func TestPackages(t *testing.T) {
	const site = "venv/" + linuxSite
	in := func(files map[string]string) map[string]string { return under(site, files) }
	for _, tt := range []struct {
		name  string
		files map[string]string
		fact  string
		want  string // "" is unknown
		why   string
	}{
		{"triton on Linux", in(installed("triton 3.5.0")), "triton", "3.5.0", ""},
		{"and it is not the one for Windows", in(installed("triton 3.5.0")), "triton_windows", Absent, ""},
		{"triton of AMD", in(installed("pytorch-triton-rocm 3.4.0")), "triton", "3.4.0", ""},
		{"two tritons", in(installed("triton 3.5.0", "triton-windows 3.5.0.post21")), "triton", "", "twice"},
		{"two tritons, one for Windows", in(installed("triton 3.5.0", "triton-windows 3.5.0.post21")), "triton_windows", "", "twice"},
		{"the same twice", in(installed("xformers 0.0.29", "xformers 0.0.30")), "xformers", "", "twice"},
		{"sageattention 1", in(installed("sageattention 1.0.6")), "sageattention", "1.0.6", ""},
		{"sageattention 3", in(installed("sageattn3 1.0.0+cu128torch271")), "sageattention3", "1.0.0+cu128torch271", ""},
		{"sageattention 3 alone", in(installed("sageattn3 1.0.0")), "sageattention", Absent, ""},
		{"flash-attn", in(installed("flash-attn 2.8.3")), "flash_attn", "2.8.3", ""},
		{"flash-attn 3", in(installed("flash_attn_3 3.0.0b1")), "flash_attn_3", "3.0.0b1", ""},
		{"flash-attn 3 alone", in(installed("flash_attn_3 3.0.0b1")), "flash_attn", Absent, ""},
		{"a name in capitals", in(map[string]string{"XFormers-0.0.30.dist-info/METADATA": "Version: 0.0.30"}), "xformers", "0.0.30", ""},
		{"a name with dots", in(map[string]string{"flash.attn-2.8.0.dist-info/METADATA": "Version: 2.8.0"}), "flash_attn", "2.8.0", ""},
		{"the version is in the metadata", in(map[string]string{"xformers-0.0.30.dist-info/METADATA": "version : x\nVersion: 0.0.30+g1\r\n"}), "xformers", "0.0.30+g1", ""},
		{"without metadata", in(map[string]string{"xformers-0.0.30.dist-info/": ""}), "xformers", "0.0.30", ""},
		{"metadata without a version", in(map[string]string{"xformers-0.0.30.dist-info/METADATA": "Name: xformers\n\nVersion: 9\n"}), "xformers", "0.0.30", ""},
		{"metadata that is a folder", in(map[string]string{"xformers-0.0.30.dist-info/METADATA/": ""}), "xformers", "0.0.30", ""},
		{"metadata with escape sequences", in(map[string]string{"xformers-0.0.30.dist-info/METADATA": "Version: 1\x1b[2J\n"}), "xformers", "0.0.30", ""},
		{"escape sequences all over", in(map[string]string{"xformers-0\x1b[2J.dist-info/METADATA": "Version: 1\x1b[2J\n"}), "xformers", "", "no version"},
		{"metadata too long", in(map[string]string{"xformers-0.0.30.dist-info/METADATA": strings.Repeat("Classifier: x\n", 10_000) + "Version: 9\n"}), "xformers", "0.0.30", ""},
		{"an egg", in(map[string]string{"sageattention-2.2.0-py3.12-linux-x86_64.egg/EGG-INFO/PKG-INFO": "Version: 2.2.0\n", "easy-install.pth": "./sageattention-2.2.0-py3.12-linux-x86_64.egg\n"}), "sageattention", "2.2.0", ""},
		{"a packed egg", in(map[string]string{"sageattention-2.1.1-py3.12.egg": "PK"}), "sageattention", "2.1.1", ""},
		{"an egg-info that is a file", in(map[string]string{"accelerate-1.0-py3.12.egg-info": "Version: 1.0.1\n"}), "accelerate", "1.0.1", ""},
		{"a module alone", in(map[string]string{"sageattention/__init__.py": ""}), "sageattention", "", "without saying its version"},
		{"a module that is a file", in(map[string]string{"flash_attn_interface.py": ""}), "flash_attn_3", "", "without saying its version"},
		{"a link of a developer", in(map[string]string{"sageattention.egg-link": "/src"}), "sageattention", "", "without saying its version"},
		{"the rest of one removed", in(map[string]string{"~ccelerate-1.0.dist-info/METADATA": "Version: 1.0\n"}), "accelerate", Absent, ""},
		{"another with its name in front", in(installed("accelerate-extras 1.0")), "accelerate", Absent, ""},
		{"the system's packages too", map[string]string{"venv/pyvenv.cfg": "include-system-site-packages = true\n"}, "xformers", "", "other folders too"},
		{"the system's packages perhaps", map[string]string{"venv/pyvenv.cfg": "version = 3.12.3\n"}, "xformers", "", "other folders too"},
		{"not a venv", map[string]string{"venv/pyvenv.cfg/": ""}, "xformers", "", "other folders too"},
		{"a folder elsewhere", in(map[string]string{"mine.pth": "# mine\n/opt/packages\n"}), "xformers", "", "other folders too"},
		{"a folder elsewhere on Windows", in(map[string]string{"mine.pth": `D:\packages`}), "xformers", "", "other folders too"},
		{"a folder above", in(map[string]string{"mine.pth": "../more\n"}), "xformers", "", "other folders too"},
		{"a folder list too long", in(map[string]string{"mine.pth": strings.Repeat("# x\n", 20_000)}), "xformers", "", "other folders too"},
		{"a folder inside", in(map[string]string{"mine.pth": "win32\n\nimport sys; sys.path\n"}), "xformers", Absent, ""},
		{"what is elsewhere counts as found here", merge(in(installed("xformers 0.0.30")), in(map[string]string{"mine.pth": "/opt"})), "xformers", "0.0.30", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := merge(comfyTree, linuxVenv("venv", "torch 2.9.1+cu128"), tt.files)
			if _, folder := tt.files["venv/pyvenv.cfg/"]; folder {
				delete(files, "venv/pyvenv.cfg")
			}
			got := read(open(t, tree(t, files)), "linux", nil)[tt.fact]
			if got.Value != tt.want || !strings.Contains(got.Why, tt.why) || (tt.want == "") != (tt.why != "") {
				t.Errorf("got %+v, want %q or why not: %q", got, tt.want, tt.why)
			}
		})
	}
}

func TestTorch(t *testing.T) {
	const site = "venv/" + linuxSite
	for _, tt := range []struct {
		name, dist, python string
		want               []string // torch, torch_build, cuda; "" is unknown
	}{
		{"a build in the version", "2.9.1+cu130", "", []string{"2.9.1", "cu130", "13.0"}},
		{"an older CUDA", "2.6.0+cu118", "", []string{"2.6.0", "cu118", "11.8"}},
		{"from PyPI, with its module", "2.9.1", torchVersion, []string{"2.9.1", "cu128", "12.8"}},
		{"from PyPI, without", "2.9.1", "", []string{"2.9.1", "", ""}},
		{"a nightly", "2.14.0.dev20260731+cu130", "", []string{"2.14.0.dev20260731", "cu130", "13.0"}},
		{"for the processor", "2.9.1+cpu", "", []string{"2.9.1", "cpu", Absent}},
		{"for AMD", "2.9.1+rocm6.4", "", []string{"2.9.1", "rocm6.4", Absent}},
		{"for AMD, by its module", "2.9.1", "__version__ = '2.9.1'\ncuda = None\nhip = '6.4.43482'\n", []string{"2.9.1", "rocm6.4.43482", Absent}},
		{"for Intel", "2.9.1+xpu", "", []string{"2.9.1", "xpu", Absent}},
		{"for Apple", "2.9.1", "__version__ = '2.9.1'\ncuda: Optional[str] = None\nhip: Optional[str] = None\n", []string{"2.9.1", "", Absent}},
		{"built by NVIDIA", "2.9.0a0+145a3a7bda.nv25.10", "__version__ = '2.9.0a0+145a3a7bda.nv25.10'\ncuda: Optional[str] = '13.0'\nhip = None\n", []string{"2.9.0a0", "cu130", "13.0"}},
		{"the module outranks the note", "2.8.0", torchVersion, []string{"2.9.1", "cu128", "12.8"}},
		{"a module in double quotes", "2.8.0", "__version__ = \"2.7.1+cu126\"\n", []string{"2.7.1", "cu126", "12.6"}},
		{"a module that says nothing", "2.8.0+cu128", "import os\n", []string{"2.8.0", "cu128", "12.8"}},
		{"a module with escape sequences", "2.8.0", "__version__ = '\x1b[2J'\ncuda = '\x1b[2J'\n", []string{"", "", ""}},
		{"no note, no module", "", "", []string{"", "", ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := merge(comfyTree, under("venv", venv), map[string]string{site + "/torch/__init__.py": ""})
			if tt.dist != "" {
				files = merge(files, under(site, installed("torch "+tt.dist)))
			}
			if tt.python != "" {
				files[site+"/torch/version.py"] = tt.python
			}
			v := read(open(t, tree(t, files)), "linux", nil)
			got := []string{v["torch"].Value, v["torch_build"].Value, v["cuda"].Value}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("- want + got\n%s", diff)
			}
		})
	}
}

func TestPythonAndSystem(t *testing.T) {
	site := linuxVenv("venv", "torch 2.9.1")
	wheel := func(tag string) map[string]string {
		return merge(site, map[string]string{"venv/" + linuxSite + "/torch-2.9.1.dist-info/WHEEL": "Wheel-Version: 1.0\nTag: " + tag + "\n"})
	}
	for _, tt := range []struct {
		name, fact string
		files      map[string]string
		goos, want string
	}{
		{"venv", "python", site, "linux", "3.12.3"},
		{"virtualenv", "python", merge(site, map[string]string{"venv/pyvenv.cfg": "version_info = 3.11.7.final.0\n"}), "linux", "3.11.7"},
		{"uv", "python", merge(site, map[string]string{"venv/pyvenv.cfg": "implementation = CPython\nuv = 0.9.1\nVERSION_INFO = 3.13.1\r\n"}), "linux", "3.13.1"},
		{"the folder's name", "python", merge(site, map[string]string{"venv/pyvenv.cfg": "version = \x1b\n"}), "linux", "3.12"},
		{"a portable Python without a sign", "python", merge(map[string]string{"venv/python.exe": ""}, under("venv/Lib/site-packages", installed("torch 2.9.1"))), "windows", ""},
		{"by the wheel, Linux", "os", wheel("cp312-cp312-manylinux_2_28_x86_64"), "darwin", "linux"},
		{"by the wheel, Windows", "os", wheel("cp312-cp312-win_amd64"), "linux", "windows"},
		{"by the wheel, Apple", "os", wheel("cp312-none-macosx_11_0_arm64"), "linux", "darwin"},
		{"a wheel for all", "os", wheel("py3-none-any"), "darwin", "darwin"},
		{"by the layout", "os", merge(map[string]string{"venv/Scripts/python.exe": ""}, under("venv/Lib/site-packages", installed("torch 2.9.1"))), "linux", "windows"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := read(open(t, tree(t, merge(comfyTree, tt.files))), tt.goos, nil)
			if got := v[tt.fact].Value; got != tt.want {
				t.Errorf("got %+v, want %q", v[tt.fact], tt.want)
			}
		})
	}
}

func TestManyNamesAreNotAll(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 10,000 files")
	}
	files := merge(comfyTree, linuxVenv("venv", "torch 2.9.1"))
	for i := range maxNames {
		files["venv/"+linuxSite+"/m"+strconv.Itoa(i)] = ""
	}
	v := read(open(t, tree(t, files)), "linux", nil)
	if got := v["xformers"]; got.Value == Absent {
		t.Errorf("got %+v of a folder that was not read to its end", got)
	}
}

func FuzzMetadata(f *testing.F) {
	f.Add("Metadata-Version: 2.1\nName: torch\nVersion: 2.9.1+cu128\n\ntext", torchVersion, "[project]\nversion = \"1.3.6\"\n")
	f.Add("Version: 1\x1b[2J\n", "__version__='x'\ncuda=None\n", "version = '1'\n[project]\n")
	f.Fuzz(func(t *testing.T, metadata, python, toml string) {
		v := Versions{}
		v.set("dist", field(metadata, "Version"), "f")
		v.torch(assigned(python, "__version__"), "f")
		v.set("project", projectVersion(toml), "f")
		for name, fact := range v {
			if strings.ContainsAny(fact.Value, "\x1b\n\r\"' ") || len(fact.Value) > 64 {
				t.Fatalf("%s: %q got through", name, fact.Value)
			}
			if (fact.Value == "") == (fact.Why == "") {
				t.Fatalf("%s: %+v has neither value nor reason, or both", name, fact)
			}
		}
	})
}
