# Thin: Meson does the work. Two commands do everything on a fresh Debian machine:
#   make demo    install what the build needs, build, investigate the demonstration evidence
#   make check   install what the tests need, build with sanitizers, run all tests
BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: all demo check install clean deps deps-check bench

all: $(BUILD)/build.ninja
	meson compile -C $(BUILD)

$(BUILD)/build.ninja:
	meson setup $(BUILD) --buildtype=release --prefix=$(PREFIX)

deps:
	scripts/deps.sh build

deps-check:
	scripts/deps.sh check

demo: deps all
	scripts/demo.sh $(BUILD)

check: deps-check
	scripts/check.sh

bench: deps-check all
	bench/run.sh $(BUILD)

install: all
	DESTDIR=$(DESTDIR) meson install -C $(BUILD) --no-rebuild

clean:
	rm -rf build build-check build-opt
