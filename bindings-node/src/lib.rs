//! Node binding of omnicontact: the addon. The package around it is in `api`.
#![expect(missing_debug_implementations, reason = "only JavaScript sees these types")]
#![expect(unreachable_pub, reason = "what JavaScript sees must be pub")]
#![expect(
    clippy::needless_pass_by_value,
    clippy::cast_precision_loss,
    reason = "what comes from JavaScript is owned, and its numbers are floats; napi's macro moves functions out of reach of their own attributes"
)]

mod convert;
mod error;
mod handles;
mod workspace;
