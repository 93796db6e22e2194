//go:build linux && cgo

package gpu

import (
	"errors"
	"strings"
	"testing"

	"github.com/NVIDIA/go-nvml/pkg/nvml"
	"github.com/NVIDIA/go-nvml/pkg/nvml/mock"
	"github.com/google/go-cmp/cmp"
)

// device plays a card that answers nothing but its name and UUID. In the mock a function that is not
// set panics, as a function that the driver lacks ends the process.
func device(name, uuid string, set func(*mock.Device)) *mock.Device {
	refused := func() (int, nvml.Return) { return 5, nvml.ERROR_NOT_SUPPORTED }
	d := &mock.Device{
		GetNameFunc:                   func() (string, nvml.Return) { return name, nvml.SUCCESS },
		GetUUIDFunc:                   func() (string, nvml.Return) { return uuid, nvml.SUCCESS },
		GetMemoryInfoFunc:             func() (nvml.Memory, nvml.Return) { return nvml.Memory{Total: 5}, nvml.ERROR_NOT_SUPPORTED },
		GetCudaComputeCapabilityFunc:  func() (int, int, nvml.Return) { return 5, 5, nvml.ERROR_NOT_SUPPORTED },
		GetMaxPcieLinkGenerationFunc:  refused,
		GetMaxPcieLinkWidthFunc:       refused,
		GetMigModeFunc:                func() (int, int, nvml.Return) { return 1, 1, nvml.ERROR_NOT_SUPPORTED },
		GetNumGpuCoresFunc:            refused,
		GetMaxMigDeviceCountFunc:      refused,
		GetMigDeviceHandleByIndexFunc: func(int) (nvml.Device, nvml.Return) { return nil, nvml.ERROR_NOT_FOUND },
	}
	set(d)
	return d
}

func gives[T any](v T) func() (T, nvml.Return) {
	return func() (T, nvml.Return) { return v, nvml.SUCCESS }
}

// library plays a driver with these cards; nil is a lost one.
func library(lacks string, devices ...*mock.Device) *mock.Interface {
	return &mock.Interface{
		InitFunc:                       func() nvml.Return { return nvml.SUCCESS },
		ShutdownFunc:                   func() nvml.Return { return nvml.SUCCESS },
		SystemGetDriverVersionFunc:     gives("580.95.05"),
		SystemGetCudaDriverVersionFunc: gives(12080),
		DeviceGetCountFunc:             gives(len(devices)),
		DeviceGetHandleByIndexFunc: func(i int) (nvml.Device, nvml.Return) {
			if devices[i] == nil {
				return nil, nvml.ERROR_GPU_IS_LOST
			}
			return devices[i], nvml.SUCCESS
		},
		ExtensionsFunc: func() nvml.ExtendedInterface {
			return &mock.ExtendedInterface{LookupSymbolFunc: func(symbol string) error {
				if lacks != "" && strings.HasPrefix(symbol, lacks) {
					return errors.New("undefined symbol")
				}
				return nil
			}}
		},
	}
}

func rtx3090(d *mock.Device) {
	d.GetMemoryInfoFunc = gives(nvml.Memory{Total: 24576 * mib})
	d.GetCudaComputeCapabilityFunc = func() (int, int, nvml.Return) { return 8, 6, nvml.SUCCESS }
	d.GetMaxPcieLinkGenerationFunc = gives(4)
	d.GetMaxPcieLinkWidthFunc = gives(8)
	d.GetNumGpuCoresFunc = gives(10496)
}

func TestAskNVML(t *testing.T) {
	known := GPU{Name: "NVIDIA GeForce RTX 3090", Vendor: "nvidia", SM: 86, SMs: 82, Memory: 24576 * mib, PCIeGen: 4, PCIeWidth: 8, UUID: "GPU-1"}
	second, withoutCores := known, known
	second.Index, withoutCores.SMs = 1, 0

	sliced := func(d *mock.Device) {
		d.GetCudaComputeCapabilityFunc = func() (int, int, nvml.Return) { return 8, 0, nvml.SUCCESS }
		d.GetMigModeFunc = func() (int, int, nvml.Return) { return nvml.DEVICE_MIG_ENABLE, nvml.DEVICE_MIG_ENABLE, nvml.SUCCESS }
		d.GetMaxMigDeviceCountFunc = gives(7)
		d.GetMigDeviceHandleByIndexFunc = func(i int) (nvml.Device, nvml.Return) {
			if i != 3 {
				return nil, nvml.ERROR_NOT_FOUND
			}
			return device("NVIDIA A100-SXM4-40GB MIG 3g.20gb", "MIG-1", func(part *mock.Device) {
				part.GetMemoryInfoFunc = gives(nvml.Memory{Total: 19968 * mib})
				part.GetAttributesFunc = gives(nvml.DeviceAttributes{MultiprocessorCount: 42})
			}), nvml.SUCCESS
		}
	}

	for _, tt := range []struct {
		name string
		lib  *mock.Interface
		want []GPU
		says []string
	}{
		{"a card", library("", device(known.Name, "GPU-1", rtx3090)), []GPU{known}, nil},
		{"a lost card beside it", library("", nil, device(known.Name, "GPU-1", rtx3090)), []GPU{second}, []string{"card 0 stopped answering"}},
		{"refused fields are unknown", library("", device("NVIDIA GB10", "GPU-2", func(*mock.Device) {})),
			[]GPU{{Name: "NVIDIA GB10", Vendor: "nvidia", UUID: "GPU-2"}}, nil},
		{"an old driver", library("nvmlDeviceGetNumGpuCores", device(known.Name, "GPU-1", func(d *mock.Device) {
			rtx3090(d)
			d.GetNumGpuCoresFunc = nil
		})), []GPU{withoutCores}, nil},
		{"a driver from before MIG", library("nvmlDeviceGetM", device(known.Name, "GPU-1", func(d *mock.Device) {
			rtx3090(d)
			d.GetMigModeFunc = nil
		})), []GPU{known}, nil},
		{"a card cut into slices", library("", device("NVIDIA A100-SXM4-40GB", "GPU-3", sliced)),
			[]GPU{{Name: "NVIDIA A100-SXM4-40GB MIG 3g.20gb", Vendor: "nvidia", SM: 80, SMs: 42, Memory: 19968 * mib, UUID: "MIG-1"}}, nil},
		{"no card", library(""), nil, []string{"sees no card"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := askNVML(tt.lib)
			if diff := cmp.Diff(tt.want, f.GPUs); diff != "" {
				t.Errorf("cards: - want + got\n%s", diff)
			}
			if len(f.Tried) != len(tt.says) {
				t.Fatalf("got attempts %+v, want %q", f.Tried, tt.says)
			}
			for i, want := range tt.says {
				if !strings.Contains(f.Tried[i].Outcome, want) {
					t.Errorf("got %+v, want %q", f.Tried[i], want)
				}
			}
			if f.Driver != "580.95.05" || f.CUDA != "12.8" {
				t.Errorf("got driver %q and CUDA %q, want 580.95.05 and 12.8", f.Driver, f.CUDA)
			}
			if n := len(tt.lib.ShutdownCalls()); n != 1 {
				t.Errorf("shut down %d times, want once", n)
			}
		})
	}
}

// A driver that did not start must not be asked anything: the mock has no other function to call.
func TestAskNVMLStopsWhenTheDriverDoesNotStart(t *testing.T) {
	for ret, want := range map[nvml.Return]string{
		nvml.ERROR_LIBRARY_NOT_FOUND:       "no NVIDIA driver library",
		nvml.ERROR_DRIVER_NOT_LOADED:       "not running",
		nvml.ERROR_LIB_RM_VERSION_MISMATCH: "different versions",
		nvml.ERROR_OPERATING_SYSTEM:        "operating system",
		nvml.ERROR_NO_PERMISSION:           "no permission",
		nvml.ERROR_UNKNOWN:                 "does not know why",
	} {
		t.Run(want, func(t *testing.T) {
			f := askNVML(&mock.Interface{InitFunc: func() nvml.Return { return ret }})
			if len(f.GPUs) != 0 || len(f.Tried) != 1 || !strings.Contains(f.Tried[0].Outcome, want) {
				t.Errorf("got %+v, want one attempt with %q", f, want)
			}
		})
	}
}
