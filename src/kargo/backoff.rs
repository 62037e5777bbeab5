//! How Kargo waits between errors of a promotion: controller-runtime's rate limiter, which Kargo leaves as it is (Kargo v1.11.2
//! `pkg/controller/options.go`; client-go v0.34 `util/workqueue/default_rate_limiters.go`). An answer that is no error starts
//! it anew.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_secs(1000);

/// The smallest `retry.errorThreshold` with which the waits between errors last for a time: then not the number of errors
/// ends a step, but `retry.timeout`.
pub fn errors_within(time: Duration) -> u32 {
    let (mut errors, mut waited, mut wait) = (1, Duration::ZERO, FIRST);
    while waited < time && wait < LONGEST {
        waited += wait;
        wait *= 2;
        errors += 1;
    }
    let rest = time.saturating_sub(waited).as_nanos().div_ceil(LONGEST.as_nanos());
    errors + u32::try_from(rest).unwrap_or(u32::MAX - errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: m waits last 5 ms * (2^m - 1) while the last is below 1,000 s, which is so up to m = 18 (1,310.715 s); each
    /// one more lasts 1,000 s.
    #[test]
    fn the_waits_between_so_many_errors_last_as_long() {
        for (seconds, errors) in [
            (0.0, 1),
            (0.005, 2),
            (0.006, 3),
            (0.015, 3),
            (1.0, 9),
            (60.0, 15),
            (655.355, 18),
            (1310.715, 19),
            (1310.716, 20),
            (3600.0, 22),
            (4200.0, 22),
            (4310.715, 22),
            (4311.0, 23),
            (86_400.0, 105),
        ] {
            assert_eq!(errors_within(Duration::from_secs_f64(seconds)), errors, "{seconds} s");
        }
        assert_eq!(errors_within(Duration::MAX), u32::MAX);
    }
}
