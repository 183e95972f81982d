//! What holds for the ledger as a whole: the account it belongs to, the mapping that filled it, and what a reading of
//! the list brought.
//!
//! In: the account that a run asks for. Out: the account of the ledger, or the refusal of any other; the clients
//! that people made.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::column::{Id, Json, Order, order_name};
use super::error::while_doing;
use super::{Ledger, LedgerError};
use crate::journal::{ContactOrder, Stranger};
use crate::record::Mid;

/// The account that a ledger belongs to, for its whole life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Scheme, host and port of the server.
    pub origin: String,
    /// The partner whose clients they are.
    pub partner: Mid,
}

impl Ledger {
    /// The account it belongs to; `None` before the first run.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn binding(&self) -> Result<Option<Binding>, LedgerError> {
        let sql = "SELECT origin, partner FROM book WHERE origin IS NOT NULL";
        let bound = self.connection.query_row(sql, [], |row| {
            let Id(partner) = row.get(1)?;
            Ok(Binding { origin: row.get(0)?, partner })
        });
        bound.optional().map_err(while_doing("read the account of the ledger"))
    }

    /// Binds a new ledger to an account; later only checks that it is the same one.
    ///
    /// # Errors
    /// [`LedgerError::OtherAccount`] when it belongs to another one.
    pub fn bind(&mut self, asked: &Binding) -> Result<(), LedgerError> {
        match self.binding()? {
            Some(ledger) if ledger == *asked => Ok(()),
            Some(ledger) => Err(LedgerError::OtherAccount { ledger, asked: asked.clone() }),
            None => self
                .connection
                .execute(
                    "UPDATE book SET origin = ?1, partner = ?2",
                    params![asked.origin, asked.partner.as_str()],
                )
                .map(drop)
                .map_err(while_doing("bind the ledger to its account")),
        }
    }

    /// The mark of the key that was last seen to belong to the partner; `None` when that must be asked again.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn key_mark(&self) -> Result<Option<String>, LedgerError> {
        let read = self.connection.query_row("SELECT key_mark FROM book", [], |row| row.get(0));
        read.map_err(while_doing("read whose key it was"))
    }

    /// Keeps the mark of a key that belongs to the partner, or forgets the one that was kept.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be written.
    pub fn note_key(&mut self, mark: Option<&str>) -> Result<(), LedgerError> {
        let written = self.connection.execute("UPDATE book SET key_mark = ?1", [mark]);
        written.map(drop).map_err(while_doing("note whose key it is"))
    }

    /// Whether the remote list was ever read in full for this ledger.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn was_read(&self) -> Result<bool, LedgerError> {
        let read = self.connection.query_row("SELECT list_read FROM book", [], |row| row.get(0));
        read.map_err(while_doing("read whether the list was read"))
    }

    /// Counts the commits that changed what is known of clients.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn generation(&self) -> Result<i64, LedgerError> {
        let read = self.connection.query_row("SELECT generation FROM book", [], |row| row.get(0));
        read.map_err(while_doing("read the generation of the ledger"))
    }

    /// The mapping by which it was filled, as parts with their hashes; `None` when no run has told.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn mapping(&self) -> Result<Option<BTreeMap<String, String>>, LedgerError> {
        mapping(&self.connection).map_err(while_doing("read the mapping of the ledger"))
    }

    /// What is known about the order in which the server answers with contacts.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn contact_order(&self) -> Result<ContactOrder, LedgerError> {
        let order = self.connection.query_row("SELECT contact_order FROM book", [], |row| row.get(0));
        order.map(|Order(order)| order).map_err(while_doing("read the order of contacts"))
    }

    /// The clients without an external id that the last full reading saw.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn strangers(&self) -> Result<Vec<Stranger>, LedgerError> {
        let strangers = self.each("SELECT mid, name_key FROM stranger ORDER BY mid", [], |row| {
            let Id(mid) = row.get(0)?;
            Ok(Stranger { mid, name_key: row.get(1)? })
        });
        strangers.map_err(while_doing("read the clients without an external id"))
    }

    /// Whether any client without an external id was seen on the server.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn has_strangers(&self) -> Result<bool, LedgerError> {
        let read = self.connection.query_row("SELECT EXISTS (SELECT 1 FROM stranger)", [], |row| row.get(0));
        read.map_err(while_doing("look for clients without an external id"))
    }

    /// A client without an external id whose name has this [`name_key`](crate::record::name_key).
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn stranger_named(&self, name_key: &str) -> Result<Option<Mid>, LedgerError> {
        let doing = while_doing("look for a client of that name");
        let sql = "SELECT mid FROM stranger WHERE name_key = ?1 ORDER BY mid LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql).map_err(doing)?;
        let found = statement.query_row([name_key], |row| row.get(0)).optional().map_err(doing)?;
        Ok(found.map(|Id(mid)| mid))
    }
}

/// Notes that the list was read in full; its strangers replace those of an earlier reading.
pub(super) fn note_reading(ledger: &Connection, strangers: &[Stranger]) -> Result<(), LedgerError> {
    replace_strangers(ledger, strangers).map_err(while_doing("write what the list holds"))
}

fn replace_strangers(ledger: &Connection, strangers: &[Stranger]) -> rusqlite::Result<()> {
    ledger.execute("UPDATE book SET list_read = 1", [])?;
    ledger.execute("DELETE FROM stranger", [])?;
    let mut insert =
        ledger.prepare_cached("INSERT OR REPLACE INTO stranger (mid, name_key) VALUES (?1, ?2)")?;
    for Stranger { mid, name_key } in strangers {
        insert.execute([mid.as_str(), name_key])?;
    }
    Ok(())
}

fn mapping(ledger: &Connection) -> rusqlite::Result<Option<BTreeMap<String, String>>> {
    let parts = ledger.query_row("SELECT mapping FROM book", [], |row| row.get::<_, Option<Json<_>>>(0))?;
    Ok(parts.map(|Json(parts)| parts))
}

/// Notes the mapping in use; a field that it does not name is not managed now, and may come back as it was.
pub(super) fn note_mapping(ledger: &Connection, parts: &BTreeMap<String, String>) -> Result<(), LedgerError> {
    let doing = while_doing("write the mapping");
    let mut whole = mapping(ledger).map_err(doing)?.unwrap_or_default();
    whole.extend(parts.clone());
    ledger.execute("UPDATE book SET mapping = ?1", [Json(whole)]).map(drop).map_err(doing)
}

/// Notes what a comparison of contacts showed.
pub(super) fn note_order(ledger: &Connection, order: ContactOrder) -> Result<(), LedgerError> {
    let written = ledger.execute("UPDATE book SET contact_order = ?1", [order_name(order)]);
    written.map(drop).map_err(while_doing("write the order of contacts"))
}
