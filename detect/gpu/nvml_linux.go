//go:build linux && cgo

package gpu

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/NVIDIA/go-nvml/pkg/dl"
	"github.com/NVIDIA/go-nvml/pkg/nvml"
)

// wslLibrary is the driver's library under WSL. A distribution's own package may stand before it on
// the search path, and can never answer there.
const wslLibrary = "/usr/lib/wsl/lib/libnvidia-ml.so.1"

// fromNVML asks the driver's library for the cards.
func fromNVML(context.Context) Found {
	lib, a, ok := load()
	if !ok {
		return Found{Source: "NVML", Tried: []Attempt{a}}
	}
	return askNVML(lib)
}

// load takes one library for the life of the process: a second one would answer with the first.
func load() (lib nvml.Interface, a Attempt, ok bool) {
	path := libraryName
	if _, err := os.Stat(wslLibrary); err == nil {
		path = wslLibrary
	}
	if a, ok = open(path); !ok {
		return nil, a, false
	}
	return nvml.New(nvml.WithLibraryPath(path)), a, true
}

// open loads the library for good, and says what is wrong with it where it cannot be used. The
// binding neither tells why it could not load one nor looks whether it is the driver's: calling
// anything in a library that lacks it would end the process.
func open(path string) (a Attempt, ok bool) {
	lib := dl.New(path, dl.RTLD_LAZY|dl.RTLD_GLOBAL)
	err := lib.Open()
	if err == nil {
		if lib.Lookup("nvmlInit_v2") == nil {
			return a, true
		}
		err = fmt.Errorf("%s has no nvmlInit_v2", path)
	}
	a = trouble("NVML", codeNoLibrary, "")
	if a.absent = strings.Contains(err.Error(), path+": ") && strings.Contains(err.Error(), "No such file"); !a.absent {
		a.Outcome = fmt.Sprintf("the NVIDIA driver's library cannot be used: %v", err)
		a.Help = "install the NVIDIA driver again; in a container, start it with --gpus all, which brings the computer's own driver into it"
	}
	return a, false
}

// askNVML reads all cards. Before Init has succeeded any other call would end the process.
func askNVML(lib nvml.Interface) Found {
	f := Found{Source: "NVML"}
	if ret := lib.Init(); ret != nvml.SUCCESS {
		f.fail(int(ret))
		return f
	}
	defer lib.Shutdown()
	f.Driver, _ = lib.SystemGetDriverVersion()
	if has(lib, "nvmlSystemGetCudaDriverVersion") {
		if v, ret := lib.SystemGetCudaDriverVersion(); ret == nvml.SUCCESS {
			f.CUDA = fmt.Sprintf("%d.%d", v/1000, v%1000/10)
		}
	}
	count, ret := lib.DeviceGetCount()
	if ret == nvml.SUCCESS && count == 0 {
		ret = nvml.ERROR_GPU_NOT_FOUND
	}
	if ret != nvml.SUCCESS {
		f.fail(int(ret))
		return f
	}
	for i := range count {
		device, ret := lib.DeviceGetHandleByIndex(i)
		if ret != nvml.SUCCESS {
			f.failCard(i, int(ret))
			continue
		}
		cards := read(lib, device, i)
		if len(cards) == 0 {
			f.failSlices(i, "and none can be used here",
				"make one, sudo nvidia-smi mig -lgip lists what fits; in a container or a cluster, ask for one when starting the job")
		}
		f.GPUs = append(f.GPUs, cards...)
	}
	return f
}

// read asks one card for its fields. Each may be refused, and is then unknown. A card that is cut
// into MIG slices is given as these, be it none: no program can use the whole.
func read(lib nvml.Interface, device nvml.Device, index int) []GPU {
	g := GPU{Vendor: "nvidia", Index: index}
	identify(&g, device)
	if has(lib, "nvmlDeviceGetCudaComputeCapability") {
		if major, minor, ret := device.GetCudaComputeCapability(); ret == nvml.SUCCESS {
			g.SM = major*10 + minor
		}
	}
	g.PCIeGen = known(device.GetMaxPcieLinkGeneration())
	g.PCIeWidth = known(device.GetMaxPcieLinkWidth())
	if has(lib, "nvmlDeviceGetMigMode") {
		if mode, _, ret := device.GetMigMode(); ret == nvml.SUCCESS && mode == nvml.DEVICE_MIG_ENABLE {
			return migSlices(lib, device, g)
		}
	}
	if per := coresPerSM(g.SM); per != 0 && has(lib, "nvmlDeviceGetNumGpuCores") {
		g.SMs = known(device.GetNumGpuCores()) / per
	}
	return []GPU{g}
}

// migSlices lists the MIG slices of a card; each keeps the card's compute capability and link.
func migSlices(lib nvml.Interface, device nvml.Device, whole GPU) (parts []GPU) {
	if !has(lib, "nvmlDeviceGetMaxMigDeviceCount") || !has(lib, "nvmlDeviceGetMigDeviceHandleByIndex") {
		return nil
	}
	for i := range known(device.GetMaxMigDeviceCount()) {
		part, ret := device.GetMigDeviceHandleByIndex(i)
		if ret != nvml.SUCCESS {
			continue // an empty place
		}
		g := whole
		identify(&g, part)
		if has(lib, "nvmlDeviceGetAttributes_v2") {
			if a, ret := part.GetAttributes(); ret == nvml.SUCCESS {
				g.SMs = int(a.MultiprocessorCount)
			}
		}
		parts = append(parts, g)
	}
	return parts
}

// identify reads what cards and slices both have.
func identify(g *GPU, device nvml.Device) {
	g.Name, _ = device.GetName()
	g.UUID, _ = device.GetUUID()
	g.Memory = 0
	if m, ret := device.GetMemoryInfo(); ret == nvml.SUCCESS {
		g.Memory = int64(m.Total)
	}
}

// known turns a refused field into 0.
func known(n int, ret nvml.Return) int {
	if ret != nvml.SUCCESS {
		return 0
	}
	return n
}

// has says whether the driver is new enough for a function. Calling one that it lacks would end the
// process on the spot, past every defer and recover.
func has(lib nvml.Interface, function string) bool {
	return lib.Extensions().LookupSymbol(function) == nil
}
