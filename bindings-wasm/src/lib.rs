//! Browser binding of omnicontact: the WebAssembly module. The package around it is in `api`.
#![expect(missing_debug_implementations, reason = "only JavaScript sees these types")]
#![cfg_attr(feature = "whole", expect(unreachable_pub, reason = "what JavaScript sees must be pub"))]

mod convert;
mod error;
mod handles;
#[cfg(feature = "whole")]
mod workspace;
