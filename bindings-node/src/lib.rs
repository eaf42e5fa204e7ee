//! Node binding of omnicontact: the addon. The package around it is in `api`.
#![expect(missing_debug_implementations, reason = "only JavaScript sees these types")]
#![expect(unreachable_pub, reason = "what JavaScript sees must be pub")]

mod convert;
mod error;
mod handles;
mod workspace;
