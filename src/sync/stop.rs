//! The wish to stop: given once, from a signal or a limit, and heard by a run between its steps.

use tokio::sync::watch;

/// Asks a run to stop.
#[derive(Debug, Clone)]
pub struct StopHandle(watch::Sender<bool>);

/// Hears that a run is asked to stop.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// A wish that has not been uttered, and the handle that utters it.
    #[must_use]
    pub fn new() -> (StopHandle, Self) {
        let (sender, receiver) = watch::channel(false);
        (StopHandle(sender), Self(receiver))
    }

    /// Comes back when the run is asked to stop; never when nobody can ask any more.
    pub async fn requested(&mut self) {
        if self.0.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether the run was asked to stop.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }
}

impl StopHandle {
    /// Asks the run to finish what is in flight and to end.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}
