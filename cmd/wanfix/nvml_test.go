//go:build linux && cgo

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/detect/gpu"
)

// Cards as testdata/fakenvml.c reads them.
const (
	fake3090 = "gpu\nname NVIDIA GeForce RTX 3090\nuuid GPU-3090\ncc 8.6\nmemory 24576\ncores 10496\ngen 4\nwidth 16\n"
	fake4090 = "gpu\nname NVIDIA GeForce RTX 4090\nuuid GPU-4090\ncc 8.9\nmemory 24564\ncores 16384\ngen 4\nwidth 16\n"
	fake5090 = "gpu\nname NVIDIA GeForce RTX 5090\nuuid GPU-5090\ncc 12.0\nmemory 32607\ncores 21760\ngen 5\nwidth 16\n"
	fakeA100 = "gpu\nname NVIDIA A100-SXM4-40GB\nuuid GPU-A100\ncc 8.0\nmemory 40960\ncores -3\ngen 4\nwidth 16\nmig 1\n"
)

// TestNVML plays drivers that this computer does not have: the program, in a process of its own,
// loads a library built from detect/gpu/testdata/fakenvml.c and asks it for the cards.
func TestNVML(t *testing.T) {
	t.Parallel()
	lib := fakeLibraries(t)
	for _, tt := range []struct {
		name   string
		build  string // how the library is built, see fakenvml.c
		driver string // what it plays
		env    []string
		exit   int // of wanfix gpu
		says   []string
		never  []string
		check  int      // the exit code of wanfix check
		judged []string // what it says, nil to leave it out
	}{
		{name: "one card", driver: "cuda 13000\n" + fake3090,
			says: []string{"* 0  NVIDIA GeForce RTX 3090 · sm_86 · 24 GiB · ampere · 82 SMs · 936 GB/s · PCIe 4.0 x16",
				"found by NVML, driver 580.95.05, CUDA up to 13.0"},
			never: []string{"nvidia-smi"},
			check: 1, judged: []string{"card  NVIDIA GeForce RTX 3090 · sm_86 · 24 GiB  from NVML",
				"torch.compile cannot read e4m3fn weights on NVIDIA GeForce RTX 3090"}},
		{name: "two cards, the larger one is taken", driver: fake4090 + fake5090,
			says: []string{"  0  NVIDIA GeForce RTX 4090 · sm_89", "* 1  NVIDIA GeForce RTX 5090 · sm_120 · 31.8 GiB",
				"of 2 cards the one with the most memory, 31.8 GiB; say another with --gpu"},
			judged: []string{"card  NVIDIA GeForce RTX 5090 · sm_120 · 31.8 GiB  from NVML", "of 2 cards the one with the most memory"}},
		{name: "two cards, CUDA sees one", driver: fake4090 + fake5090, env: []string{"CUDA_VISIBLE_DEVICES=GPU-40"},
			says:   []string{"* 0  NVIDIA GeForce RTX 4090", `chosen by CUDA_VISIBLE_DEVICES="GPU-40"`},
			judged: []string{"card  NVIDIA GeForce RTX 4090 · sm_89 · 24 GiB  from NVML"}},
		{name: "two cards as large, which one is asked", driver: fake3090 + fake4090, exit: 1,
			says: []string{"  0  NVIDIA GeForce RTX 3090", "  1  NVIDIA GeForce RTX 4090", "two of the largest differ",
				"say which: --gpu-index 0 or --gpu-index 1\n"},
			never:  []string{"*", "not in this computer"},
			judged: []string{"card  unknown: rules about the card stay silent", "      2 cards, and two of the largest differ", "      say which: --gpu-index 0 or --gpu-index 1\n"}},
		{name: "one card, CUDA sees none", driver: fake3090, env: []string{"CUDA_VISIBLE_DEVICES="}, exit: 1,
			says:   []string{"hides every card", "say which: --gpu-index 0\n"},
			judged: []string{"      CUDA_VISIBLE_DEVICES=\"\" hides every card"}},
		{name: "a card with twice its memory", driver: strings.Replace(fake4090, "24564", "49140", 1),
			says:   []string{"* 0  NVIDIA GeForce RTX 4090 · sm_89 · 48 GiB · ada · 128 SMs · 1008 GB/s"},
			judged: []string{"RTX 4090 · sm_89 · 48 GiB"}},
		{name: "a card in a slower slot", driver: strings.NewReplacer("gen 4", "gen 3", "width 16", "width 4").Replace(fake3090),
			says:  []string{"PCIe 3.0 x4"},
			check: 1, judged: []string{"RTX 3090"}},

		{name: "driver not running", driver: "init 9\n", exit: 1,
			says: []string{"no NVIDIA card answered", "NVML       the NVIDIA driver is installed but not running",
				"restart the computer; if that does not help, install the driver again", "Secure Boot", "sudo modprobe nvidia",
				"wanfix workflow.json --gpu 3090"},
			never:  []string{"nvidia-smi not installed", "found by"},
			judged: []string{"      the NVIDIA driver is installed but not running\n"}},
		{name: "driver updated while it ran", driver: "init 18\n" + fake3090, exit: 1,
			says:   []string{"the NVIDIA driver and its library have different versions", "restart the computer"},
			judged: []string{"      the NVIDIA driver and its library have different versions"}},
		{name: "WSL keeps the card", driver: "init 17\n", exit: 1,
			says:   []string{"the operating system keeps the card to itself", "run wsl --update in Windows", "inside WSL", "run wanfix on the Windows side"},
			judged: []string{"      the operating system keeps the card to itself"}},
		{name: "no permission", driver: "init 4\n", exit: 1,
			says:   []string{"no permission to use the card", "let this user open /dev/nvidia*", "ask for the card when starting the job"},
			judged: []string{"      no permission to use the card"}},
		{name: "a container after its devices were taken", driver: "init 999\n", exit: 1,
			says:   []string{"the NVIDIA driver failed and does not know why", "restart the container"},
			judged: []string{"      the NVIDIA driver failed"}},
		{name: "a return code of tomorrow", driver: "init 4711\n", exit: 1,
			says:   []string{"the NVIDIA driver answered with code 4711", "see what nvidia-smi says when run by hand"},
			judged: []string{"      the NVIDIA driver answered with code 4711"}},
		{name: "no card", driver: "", exit: 1,
			says:   []string{"no NVIDIA card was found", "the NVIDIA driver runs but sees no card", "seated and powered", "--gpus all"},
			judged: []string{"      the NVIDIA driver runs but sees no card"}},
		{name: "a driver that says there is none", driver: "init 28\n", exit: 1,
			says:   []string{"the NVIDIA driver runs but sees no card"},
			judged: []string{"      the NVIDIA driver runs but sees no card"}},
		{name: "a driver that hangs", driver: "hang\n", exit: 1,
			says: []string{"NVML       the NVIDIA driver gave no answer within 5s", "the driver may hang on a broken card: restart the computer"}},

		{name: "a lost card beside a good one", driver: "gpu\nhandle 15\n" + fake4090,
			says:   []string{"* 1  NVIDIA GeForce RTX 4090", "card 0 stopped answering", "look at the card's power cables and its slot"},
			judged: []string{"card  NVIDIA GeForce RTX 4090"}},
		{name: "a card that waits for a reset", driver: "gpu\nhandle 16\n", exit: 1,
			says:   []string{"no NVIDIA card answered", "card 0 waits for a reset", "restart the computer"},
			judged: []string{"      card 0 waits for a reset"}},
		{name: "a card without its power cable", driver: "gpu\nhandle 8\n", exit: 1,
			says:   []string{"card 0 gets too little power", "look at the card's power cables"},
			judged: []string{"      card 0 gets too little power"}},
		{name: "one card of another user", driver: fake5090 + "gpu\nhandle 4\n",
			says:   []string{"* 0  NVIDIA GeForce RTX 5090", "no permission to use card 1"},
			judged: []string{"card  NVIDIA GeForce RTX 5090"}},
		{name: "a card fails for no known reason", driver: "gpu\nhandle 999\n", exit: 1,
			says:   []string{"card 0: the NVIDIA driver failed and does not know why"},
			judged: []string{"      card 0: the NVIDIA driver failed"}},

		{name: "a driver without the newer functions", build: "-DOLD_DRIVER=470", driver: "driver 470.256.02\ncuda 11040\n" + fake3090,
			says:  []string{"RTX 3090 · sm_86 · 24 GiB · ampere · 82 SMs", "driver 470.256.02, CUDA up to 11.4"},
			check: 1, judged: []string{"RTX 3090"}},
		{name: "a driver older still tells no capability", build: "-DOLD_DRIVER=390", driver: "driver 390.157\n" + strings.NewReplacer("NVIDIA GeForce RTX 3090", "GeForce GTX 1080", "24576", "8119", "gen 4", "gen 3").Replace(fake3090),
			says:  []string{"* 0  GeForce GTX 1080 · sm_61 · 7.9 GiB · pascal · 20 SMs", "found by NVML, driver 390.157\n"},
			check: 1, judged: []string{"card  GeForce GTX 1080 · sm_61"}},
		{name: "a library that is not the driver's", build: "-DNO_DRIVER", exit: 1,
			says:   []string{"the NVIDIA driver's library cannot be used: ", "libnvidia-ml.so.1 has no nvmlInit_v2", "install the NVIDIA driver again"},
			judged: []string{"      the NVIDIA driver's library cannot be used"}},
		{name: "a container's empty file for a library", build: "empty", exit: 1,
			says:   []string{"the NVIDIA driver's library cannot be used: ", "file too short", "start it with --gpus all"},
			judged: []string{"      the NVIDIA driver's library cannot be used"}},

		{name: "a card that tells its name only", driver: "gpu\nname NVIDIA GeForce RTX 3090\n",
			says:  []string{"* 0  NVIDIA GeForce RTX 3090 · sm_86 · ampere · 82 SMs · 936 GB/s · PCIe 4.0 x16"},
			never: []string{"GiB"},
			check: 1, judged: []string{"card  NVIDIA GeForce RTX 3090 · sm_86  from NVML"}},
		{name: "a card that tells nothing", driver: "gpu\n",
			says:   []string{"* 0  a card of which nothing is known"},
			never:  []string{"bf16", "GiB", "sm_0"},
			judged: []string{"card  a card of which nothing is known  from NVML"}},
		{name: "a card of tomorrow", driver: "gpu\nname NVIDIA GeForce RTX 7090\ncc 14.0\nmemory 49152\ncores 30000\n",
			says:   []string{"* 0  NVIDIA GeForce RTX 7090 · sm_140 · 48 GiB\n"},
			judged: []string{"RTX 7090 · sm_140 · 48 GiB"}},
		{name: "a name with an escape sequence", driver: "gpu\nname \x1b[31mRTX\x1b]0;x\a \u202e3090\ncc 8.6\n",
			says:  []string{`* 0  \x1b[31mRTX\x1b]0;x\a \u202e3090 · sm_86`},
			check: 1, judged: []string{`card  \x1b[31mRTX`}},
		{name: "GB10 has the computer's memory", driver: "gpu\nname NVIDIA GB10\nuuid GPU-GB10\ncc 12.1\nmemory -3\ncores 6144\ngen -3\n",
			says:   []string{"* 0  NVIDIA GB10 · sm_121 · " + systemMemory(t) + " shared with the computer (from /proc/meminfo) · blackwell · 48 SMs · 273 GB/s"},
			judged: []string{"card  NVIDIA GB10 · sm_121 · " + systemMemory(t)}},

		{name: "who uses the memory", driver: fake3090 + "used 3277\nproc 4711 2970 /usr/bin/python3\ndraws 812 300 /usr/lib/xorg/Xorg\n",
			says: []string{"     in use                     3.2 of 24 GiB: 2.9 GiB python3 (4711), 0.3 GiB Xorg (812)\n"}},
		{name: "one program computes and draws", driver: fake3090 + "used 900\nproc 5 300 blender\ndraws 5 300 blender\ndraws 6 50 /opt/chrome/chrome --type=gpu-process --a=/b\n",
			says: []string{"     in use                     0.9 of 24 GiB: 0.3 GiB blender (5), 50 MiB chrome (6)\n"}},
		{name: "more programs than anybody reads", driver: fake3090 + "used 8000\nproc 1 100 a\nproc 2 200 b\nproc 3 300 c\nproc 4 400 d\nproc 5 500 e\nproc 6 600 f\nproc 7 700 g\n",
			says: []string{"7.8 of 24 GiB: 0.7 GiB g (7), 0.6 GiB f (6), 0.5 GiB e (5), 0.4 GiB d (4), 0.3 GiB c (3), and 2 more\n"}},
		{name: "programs of which little is known", driver: fake3090 + "used 3000\nproc 4711 -1 C:\\ComfyUI\\python.exe\nproc 812 -1\nproc 900 40 \x1b[31m\u202ex\n",
			says: []string{`     in use                     2.9 of 24 GiB: 40 MiB \x1b[31m\u202ex (900), process 812, python.exe (4711)` + "\n"}},
		{name: "programs in the computer's memory", driver: "gpu\nname NVIDIA GB10\nuuid GPU-GB10\ncc 12.1\nproc 4711 40960 python\n",
			says: []string{"     in use                     40 GiB python (4711)\n"}},
		{name: "programs as older drivers tell them", build: "-DOLD_DRIVER=470", driver: fake3090 + "used 3000\nproc 4711 2048 python\nproc 4712 -1 python\ndraws 812 300 Xorg\n",
			says: []string{"     in use                     2.9 of 24 GiB: 2 GiB python (4711), 0.3 GiB Xorg (812), python (4712)\n"}},
		{name: "programs as the oldest drivers tell them", build: "-DOLD_DRIVER=390", driver: fake3090 + "used 3000\nproc 4711 2048 python\nproc 4712 -1 python\ndraws 812 300 Xorg\n",
			says: []string{"     in use                     2.9 of 24 GiB: 2 GiB python (4711), 0.3 GiB Xorg (812), python (4712)\n"}},
		{name: "a driver that tells no programs", build: "-DOLD_DRIVER=304", driver: fake3090 + "used 3000\nproc 4711 2048 python\n",
			says: []string{"     in use                     2.9 of 24 GiB\n"}, never: []string{"python"}},
		{name: "a card without a UUID", driver: "gpu\nname NVIDIA GeForce RTX 3090\nmemory 24576\n",
			says: []string{"RTX 3090 · sm_86 · 24 GiB"}, never: []string{"in use"}},

		{name: "a card cut into slices", driver: fakeA100 +
			"slice\nname NVIDIA A100-SXM4-40GB MIG 1g.5gb\nuuid MIG-1\nmemory 4864\nsms 14\n" +
			"slice\nname NVIDIA A100-SXM4-40GB MIG 3g.20gb\nuuid MIG-3\nmemory 19968\nused 9984\nsms 42\nproc 7 9000 python\n",
			says: []string{"in use                     9.8 of 19.5 GiB: 8.8 GiB python (7)\n", "in use                     0.5 of 4.8 GiB\n",
				"  0  NVIDIA A100-SXM4-40GB MIG 1g.5gb · sm_80 · 4.8 GiB · ampere · 14 SMs",
				"* 0  NVIDIA A100-SXM4-40GB MIG 3g.20gb · sm_80 · 19.5 GiB · ampere · 42 SMs"},
			never: []string{"40 GiB"},
			check: 1, judged: []string{"MIG 3g.20gb · sm_80 · 19.5 GiB"}},
		{name: "slices that CUDA does not see", env: []string{"CUDA_VISIBLE_DEVICES=MIG-9"}, exit: 1, driver: fakeA100 +
			"slice\nname NVIDIA A100-SXM4-40GB MIG 1g.5gb\nuuid MIG-1\nslice\nname NVIDIA A100-SXM4-40GB MIG 1g.5gb\nuuid MIG-2\n",
			says: []string{"say which: --gpu-uuid MIG-1 or --gpu-uuid MIG-2\n"}},
		{name: "a card cut into slices, and CUDA told its number only", env: []string{"CUDA_VISIBLE_DEVICES=0"}, exit: 1, driver: fakeA100 +
			"slice\nname NVIDIA A100-SXM4-40GB MIG 1g.5gb\nuuid MIG-1\nmemory 4864\nslice\nname NVIDIA A100-SXM4-40GB MIG 3g.20gb\nuuid MIG-3\nmemory 19968\n",
			says:   []string{`CUDA_VISIBLE_DEVICES="0" fits 2 slices that differ`, "say which: --gpu-uuid MIG-1 or --gpu-uuid MIG-3\n"},
			never:  []string{"*"},
			judged: []string{"card  unknown", "fits 2 slices that differ"}},
		{name: "a card cut into slices, none made", driver: fakeA100, exit: 1,
			says:   []string{"card 0 is cut into MIG slices, and none can be used here", "sudo nvidia-smi mig -lgip lists what fits"},
			never:  []string{"40 GiB"},
			judged: []string{"      card 0 is cut into MIG slices"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			driver := filepath.Join(t.TempDir(), "driver")
			if err := os.WriteFile(driver, []byte(tt.driver), 0o644); err != nil {
				t.Fatal(err)
			}
			env := append(tt.env, "FAKE_NVML="+driver, "LD_LIBRARY_PATH="+lib(t, tt.build))
			wanfix(t, env, tt.exit, tt.says, tt.never, "gpu")
			if tt.judged != nil {
				wanfix(t, env, tt.check, tt.judged, nil, "check", "wan22-high-low.json")
			}
		})
	}
}

// systemMemory is what this computer has, in the words of a report.
func systemMemory(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		t.Fatal(err)
	}
	var kib int64
	if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kib); err != nil {
		t.Fatal(err)
	}
	return gpu.GiB(kib << 10)
}

// TestWithoutADriver is what most computers without an NVIDIA card say.
func TestWithoutADriver(t *testing.T) {
	for _, place := range []string{"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/lib64", "/usr/lib/wsl/lib"} {
		if _, err := os.Stat(filepath.Join(place, "libnvidia-ml.so.1")); err == nil {
			t.Skip("this computer has a driver")
		}
	}
	env := []string{"LD_LIBRARY_PATH=" + t.TempDir()}
	wanfix(t, env, 1, []string{
		"no NVIDIA card was found",
		"NVML       no NVIDIA driver library (libnvidia-ml.so.1)",
		"nvidia-smi not installed: it comes with the NVIDIA driver",
		"with an NVIDIA card, install its driver; in a container, start it with --gpus all and let NVIDIA_DRIVER_CAPABILITIES include utility",
		"with an AMD, Intel or Apple chip, give its memory: --gpu generic:16GiB",
	}, nil, "gpu")
	wanfix(t, env, 0, []string{"      no card was found\n"}, nil, "check", "wan22-high-low.json")
}

// wanfix runs the program as a user would in the folder of the test workflows, on a computer that
// has nothing but env.
func wanfix(t *testing.T, env []string, exit int, says, never []string, args ...string) {
	t.Helper()
	program, err := exec.LookPath("wanfix") // this test's own binary, see TestMain
	if err != nil {
		t.Fatal(err)
	}
	runAs(t, program, append(env, "PATH="+t.TempDir()), exit, says, never, args...)
}

// fakeLibraries returns a folder with a fake libnvidia-ml.so.1 for every way of building it.
func fakeLibraries(t *testing.T) func(t *testing.T, build string) string {
	t.Helper()
	if _, err := os.Stat("/usr/lib/wsl/lib/libnvidia-ml.so.1"); err == nil {
		t.Skip("under WSL the real library cannot be replaced")
	}
	var compiler string
	for _, name := range []string{"cc", "gcc", "clang"} {
		if path, err := exec.LookPath(name); err == nil {
			compiler = path
			break
		}
	}
	if compiler == "" {
		t.Skip("no C compiler (cc, gcc, clang) to build the fake driver with")
	}
	folders := map[string]string{}
	for _, build := range []string{"", "-DOLD_DRIVER=470", "-DOLD_DRIVER=390", "-DOLD_DRIVER=304", "-DNO_DRIVER", "empty"} {
		folder := t.TempDir()
		folders[build] = folder
		file := filepath.Join(folder, "libnvidia-ml.so.1")
		if build == "empty" {
			if err := os.WriteFile(file, nil, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		cc := exec.Command(compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", file, "../../detect/gpu/testdata/fakenvml.c")
		if build != "" {
			cc.Args = append(cc.Args, build)
		}
		if out, err := cc.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", cc, err, out)
		}
	}
	return func(t *testing.T, build string) string {
		t.Helper()
		folder, ok := folders[build]
		if !ok {
			t.Fatalf("nobody builds the fake driver with %q", build)
		}
		return folder
	}
}
