#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| omnicontact_fuzz::wire(bytes));
