# make build | run | dist | dist-packages | test | test-unit | bench | lint | clean
# Each target installs the apt and npm packages that it needs and does not find; a second run installs nothing.
.DELETE_ON_ERROR:
.SUFFIXES:

MACHINE := $(shell uname -m)
ARCH := $(patsubst x86_64,x64,$(patsubst aarch64,arm64,$(MACHINE)))
# npm runs with the machine's own Node; everything else with the one that npm brings.
NODE := node_modules/node-linux-$(ARCH)/bin/node
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

BUILD_PACKAGES := clang:clang gcc:gcc npm:npm libc6-dev libbpf-dev libpcap-dev libelf-dev zlib1g-dev
RUN_PACKAGES := curl:curl
DIST_PACKAGES := libzstd-dev zstd:zstd strip:binutils tar:tar dpkg-deb:dpkg
TEST_PACKAGES := tcpdump:tcpdump tshark:tshark capinfos:wireshark-common iptables:iptables ip:iproute2 \
  'bpftool:bpftool|linux-tools-common' curl:curl python3:python3 ps:procps lz4:lz4 \
  busybox:busybox-static dockerd:docker.io containerd:containerd containernetworking-plugins \
  openssl:openssl gnutls-cli:gnutls-bin go:golang-go xz:xz-utils objcopy:binutils zsh:zsh fish:fish \
  musl-gcc:musl-tools tstclnt:libnss3-tools bssl-tool:android-boringssl tldr:tealdeer

BPF_OBJECTS := $(patsubst bpf/%.bpf.c,build/%.bpf.o,$(wildcard bpf/*.bpf.c))
BPF_HEADERS := $(wildcard bpf/include/*.h) $(filter-out %-5.3.bpf.c %-5.10.bpf.c,$(wildcard bpf/*.bpf.c))
BPF_CPU := v3
BPF_ARCH := $(patsubst x86_64,x86,$(patsubst aarch64,arm64,$(MACHINE)))
BPF_FLAGS = -ffile-prefix-map=$(CURDIR)=. -g -O2 -mcpu=$(BPF_CPU) -Wall -Wextra -Werror -Wno-unused-parameter -target bpf -D__TARGET_ARCH_$(BPF_ARCH) -I bpf/include \
  $(addprefix -I ,$(wildcard /usr/include/$(MACHINE)-linux-gnu))
LLVM_STRIP := $(shell command -v llvm-strip 2>/dev/null)
NATIVE_SOURCES := $(wildcard native/*.c)
NATIVE_HEADERS := $(wildcard native/*.h)
NATIVE_FLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -fPIC -fvisibility=hidden -Wall -Wextra -Werror \
  -I node_modules/node-api-headers/include -I bpf/include
SOURCES := $(shell find src -name '*.ts' ! -name '*.test.ts') package.json
ABI := src/addon/abi.ts
VERSION := $(shell sed -n 's/^  "version": "\(.*\)",$$/\1/p' package.json)
# The programs of the truth workload (test/attribution): a file each, and what they share.
TRUTH_PROGRAMS := $(patsubst test/attribution/programs/%.c,build/truth/%,\
  $(filter-out test/attribution/programs/truth.c,$(wildcard test/attribution/programs/*.c)))
SHELL_SCRIPTS := scripts/install-packages scripts/launcher scripts/guest/first scripts/guest/second
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
	@$(NODE) scripts/dist.ts dist/ptcpdump-linux-$(ARCH) $(DIST_LEVEL)
# Packages of it: Debian's, npm's, and a container image.
dist-packages: dist
	@$(NODE) scripts/packages.ts dist/ptcpdump-linux-$(ARCH) dist
dist-parts:
	@scripts/install-packages $(DIST_PACKAGES)
	@$(MAKE) -s --no-print-directory build/launcher

test: build programs dist-parts
	@scripts/install-packages $(TEST_PACKAGES)
	@$(SUDO) env CI=$(CI) PTCPDUMP_GUEST=$(PTCPDUMP_GUEST) $(NODE) scripts/test.ts

# The tests that load eBPF, on other kernels, in one guest after the other: an hour or more for each. Fewer kernels and
# tests: make test-kernels KERNELS=5.10 KERNEL_TESTS=test/e2e/load.test.ts. Not there: what is about the clock, which a
# guest does not keep, the one file, which takes a guest long to pack, and container engines, which have not been tried.
KERNELS ?= 5.10 6.1 6.12 7
KERNEL_TESTS ?= $(filter-out $(addprefix test/e2e/,rotation.test.ts dist.test.ts engines.test.ts),$(wildcard src/*/*.live.test.ts test/e2e/*.test.ts test/attribution/*.test.ts))
test-kernels: build programs
	@scripts/install-packages $(TEST_PACKAGES)
	@status=0; for kernel in $(KERNELS); do nice -n 10 scripts/guest/guest run $$kernel "cd $(CURDIR) && env CI=$(CI) \
	  $(CURDIR)/$(NODE) --test --test-concurrency=1 $(KERNEL_TESTS)" || status=1; done; exit $$status

test-unit: packages
	@$(MAKE) -s --no-print-directory abi
	@$(NODE) scripts/test.ts plain

# Everything side by side with tcpdump; ARGS="NAME… --rounds N --packets N --save" (bench/main.ts).
bench: build build/load build/measure
	@scripts/install-packages $(TEST_PACKAGES)
	@$(SUDO) $(NODE) bench/main.ts $(ARGS)

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
	@clang $(BPF_FLAGS) -c $< -o $@
	@$(if $(LLVM_STRIP),$(LLVM_STRIP) -g $@)

build/native/%.o: native/%.c $(NATIVE_HEADERS) $(BPF_HEADERS) Makefile | build/native/
	@echo "  CC    $@"
	@gcc $(NATIVE_FLAGS) -c $< -o $@

build/ptcpdump.node: $(patsubst native/%.c,build/native/%.o,$(NATIVE_SOURCES))
	@echo "  LINK  $@"
	@gcc -shared -o $@ $^ -Wl,--as-needed -lbpf -lpcap

build/launcher: native/launcher/launcher.c Makefile | build/
	@echo "  CC    $@"
	@gcc -std=gnu11 -D_GNU_SOURCE -O2 -static -Wall -Wextra -Werror $< -lzstd -Wl,--strip-all,--build-id=none -o $@

build/load build/measure: build/%: bench/%.c Makefile | build/
	@echo "  CC    $@"
	@gcc -O2 -Wall -Wextra -Werror $< -o $@

programs: $(TRUTH_PROGRAMS)
build/truth/%: test/attribution/programs/%.c test/attribution/programs/truth.c test/attribution/programs/truth.h \
  Makefile | build/truth/
	@echo "  CC    $@"
	@gcc -std=gnu11 -D_GNU_SOURCE -O2 -pthread -Wall -Wextra -Werror $< test/attribution/programs/truth.c -o $@

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

build/ build/native/ build/truth/ bin/:
	@mkdir -p $@
