package sandbox

// oldCalls are those that only older architectures have.
var oldCalls []uintptr
