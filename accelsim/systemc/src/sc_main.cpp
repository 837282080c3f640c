// libsystemc.so brings a main of its own that asks for this symbol; nothing here ever calls it.
extern "C" int sc_main(int, char**) { return 1; }
