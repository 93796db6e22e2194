package gpu

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestProgramName(t *testing.T) {
	for path, want := range map[string]string{
		"/usr/bin/python3":                               "python3",
		`C:\Program Files\ComfyUI\python\python.exe`:     "python.exe",
		`C:/Games/a\b.exe`:                               "b.exe",
		"/opt/chrome/chrome --type=gpu-process --dir=/a": "chrome",
		"Xorg":        "Xorg",
		"/ends/with/": "",
		"":            "",
	} {
		if got := programName(path); got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
}

func TestAskSMIUses(t *testing.T) {
	cards := []GPU{{UUID: "GPU-1"}, {UUID: "GPU-2"}, {}}
	for _, tt := range []struct {
		name         string
		memory, apps string
		want         map[string]Use
	}{
		{"two cards", "GPU-1, 3000\nGPU-2, 1.5\n", "GPU-1, 4711, /usr/bin/python3, 2900\nGPU-1, 812, /usr/lib/xorg/Xorg, 90\n",
			map[string]Use{
				"GPU-1": {Used: 3000 * mib, Processes: []Process{{4711, "python3", 2900 * mib}, {812, "Xorg", 90 * mib}}},
				"GPU-2": {Used: 1 * mib},
			}},
		{"idle", "GPU-1, 0\n", "", map[string]Use{"GPU-1": {}}},
		{"Windows tells no memory of a program", "GPU-1, 3000\r\n", "GPU-1, 4711, C:\\ComfyUI\\python.exe, [N/A]\r\nGPU-1, 8, [Insufficient Permissions], [N/A]\r\n",
			map[string]Use{"GPU-1": {Used: 3000 * mib, Processes: []Process{{4711, "python.exe", 0}, {8, "", 0}}}}},
		{"memory of the computer", "GPU-1, [N/A]\n", "GPU-1, 4711, python, 2900\n",
			map[string]Use{"GPU-1": {Processes: []Process{{4711, "python", 2900 * mib}}}}},
		{"a name with the separator in it", "", "GPU-1, 7, /opt/a, b/c, d, 5\n",
			map[string]Use{"GPU-1": {Processes: []Process{{7, "c, d", 5 * mib}}}}},
		{"messages and other cards", "WARNING: infoROM\nGPU-3, 5\nGPU-1, 3, 4\nGPU-2\n, 5\n", "No running processes found\nGPU-1, , x, 5\nGPU-1, 5\nGPU-1, 5, 5\n, 5, x, 5\n",
			map[string]Use{}},
		{"refused", "Field \"memory.used\" is not a valid field to query.", "No devices were found\n", map[string]Use{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := askSMIUses(cards, func(question string) string {
				if question == "--query-gpu=uuid,memory.used" {
					return tt.memory
				}
				return tt.apps
			})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("- want + got\n%s", diff)
			}
		})
	}
}

func TestInUseAsksTheSourceThatAnswered(t *testing.T) {
	program(t, `case "$1" in
--query-gpu=*) echo 'GPU-1, 3000';;
--query-compute-apps=*) echo 'GPU-1, 1, small, 5'; echo 'GPU-1, 3, large, 50'; echo 'GPU-1, 2, small, 5'; echo 'GPU-1, 3, large, 60';;
esac
`)
	found := Found{Source: "nvidia-smi", GPUs: []GPU{{UUID: "GPU-1"}}}
	want := map[string]Use{"GPU-1": {Used: 3000 * mib, Processes: []Process{{3, "large", 60 * mib}, {1, "small", 5 * mib}, {2, "small", 5 * mib}}}}
	if diff := cmp.Diff(want, InUse(t.Context(), found)); diff != "" {
		t.Errorf("- want + got\n%s", diff)
	}
	if got := InUse(t.Context(), Found{}); got != nil {
		t.Errorf("got %v from nobody", got)
	}
}

func TestBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		killed := func(ctx context.Context) string { <-ctx.Done(); return "half" }
		if got, late := bounded(t.Context(), time.Second, killed); got != "half" || late == nil {
			t.Errorf("got %q and %v, want what was said until then, and the reason", got, late)
		}
		if got, late := bounded(t.Context(), time.Second, func(context.Context) string { return "all" }); got != "all" || late != nil {
			t.Errorf("got %q and %v, want an answer in time", got, late)
		}
	})
}
