// A target that owns a precompiled header has to have a source.
