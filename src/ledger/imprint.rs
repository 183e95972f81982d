//! The imprint of the last whole file, as the ledger keeps it.
//!
//! In: what a run found of its clients. Out: the sums and totals of those that sleep, the pages of single buckets, and who is
//! awake. Every change of a client's line wakes it, by a trigger of the table, so that no writer can forget to.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::FromSqlError;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::column::{Json, Key, limit};
use super::error::while_doing;
use super::{Ledger, LedgerError};
use crate::imprint::{Code, Keys, Lines, Sleeper, SleeperLine, Sums, Totals, keys, lines, sleepers};
use crate::operation::RunId;
use crate::record::ExternalId;

/// The imprint without its pages.
#[derive(Debug, Clone, PartialEq)]
pub struct Imprint {
    /// The run that read the file.
    pub run: RunId,
    /// Under which terms it was read: mapping, header, version. Under others it means nothing.
    pub terms: String,
    /// The file.
    pub file: FileSeen,
    /// The sums of the buckets.
    pub sums: Sums,
    /// What the clients that sleep add up to.
    pub totals: Totals,
}

/// A file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSeen {
    /// Its size in bytes, unpacked.
    pub bytes: u64,
    /// The hash of these bytes.
    pub digest: [u8; 16],
    /// What is found out from the whole of it, as text.
    pub form: String,
}

/// What becomes of the imprint at the end of a plan.
#[derive(Debug)]
pub struct NewImprint<'a> {
    /// The run that read the file.
    pub run: RunId,
    /// Under which terms.
    pub terms: &'a str,
    /// The file.
    pub file: &'a FileSeen,
    /// Those who were looked at; none when everybody was, so that it takes the place of all that was.
    pub looked_at: Option<&'a BTreeSet<ExternalId>>,
}

/// Forgets every client of the imprint.
const NO_CLIENTS: &str = "DELETE FROM imprint_lines; DELETE FROM imprint_keys; DELETE FROM awake;";

impl Ledger {
    /// The imprint; `None` before there is one.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn imprint(&self) -> Result<Option<Imprint>, LedgerError> {
        let sql = "SELECT run, terms, bytes, digest, form, sums, totals FROM imprint";
        let found = self.connection.query_row(sql, [], |row| {
            let (bytes, Json(totals)): (i64, _) = (row.get(2)?, row.get(6)?);
            let file = FileSeen { bytes: bytes.cast_unsigned(), digest: row.get(3)?, form: row.get(4)? };
            let sums = Sums::from_bytes(row.get_ref(5)?.as_blob()?);
            let (run, terms) = (RunId(row.get(0)?), row.get(1)?);
            Ok(sums.map(|sums| Imprint { run, terms, file, sums, totals }))
        });
        Ok(found.optional().map_err(while_doing("read what the last file was like"))?.flatten())
    }

    /// The clients that are awake, in the order of their ids; `None` when they are more than `most`.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn awake(&self, most: usize) -> Result<Option<BTreeSet<ExternalId>>, LedgerError> {
        let sql = "SELECT external_id FROM awake LIMIT ?1";
        let ids: BTreeSet<ExternalId> = self
            .each(sql, [limit(most.saturating_add(1))], |row| row.get(0).map(|Key(id)| id))
            .map_err(while_doing("read which clients are awake"))?;
        Ok((ids.len() <= most).then_some(ids))
    }

    /// Which imprint there is, and how many clients are awake: nothing of it has changed while both are the same.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn imprint_state(&self) -> Result<(Option<RunId>, u64), LedgerError> {
        let sql = "SELECT (SELECT run FROM imprint), (SELECT count(*) FROM awake)";
        let read = self.connection.query_row(sql, [], |row| {
            let (run, awake): (Option<i64>, i64) = (row.get(0)?, row.get(1)?);
            Ok((run.map(RunId), awake.cast_unsigned()))
        });
        read.map_err(while_doing("read which clients are awake"))
    }

    /// Those clients of a bucket that sleep, by the imprint's word, and whose codes are asked for, each with its place in the
    /// page; `None` when the page was damaged.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn imprint_page(
        &self,
        bucket: usize,
        asked_for: impl Fn(&str) -> bool,
    ) -> Result<Option<Vec<(usize, Sleeper)>>, LedgerError> {
        page(&self.connection, bucket, asked_for).map_err(while_doing("read a page of the last file"))
    }

    /// Hands every client of a bucket to `look`, as the imprint knows it but for its keys; `None` when the page was damaged.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be read.
    pub fn each_imprint_line(
        &self,
        bucket: usize,
        mut look: impl FnMut(SleeperLine<'_>),
    ) -> Result<Option<()>, LedgerError> {
        let sql = "SELECT lines FROM imprint_lines WHERE bucket = ?1";
        let mut read = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let found = statement.query_row([numbered(bucket)], |row| {
                Ok(Lines(row.get_ref(0)?.as_blob()?).try_for_each(|line| line.map(&mut look)))
            });
            found.optional()
        };
        let read = read().map_err(while_doing("read a page of the last file"))?;
        Ok(read.unwrap_or(Some(())))
    }

    /// Hands the keys of every page to `look`, with its bucket; ends early when that says so.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when they cannot be read.
    pub fn each_imprint_keys(
        &self,
        mut look: impl FnMut(usize, Keys<'_>) -> bool,
    ) -> Result<(), LedgerError> {
        let mut read = || {
            let mut statement = self.connection.prepare_cached("SELECT bucket, keys FROM imprint_keys")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let bucket: i64 = row.get(0)?;
                if !look(usize::try_from(bucket).unwrap_or_default(), Keys(row.get_ref(1)?.as_blob()?)) {
                    break;
                }
            }
            Ok(())
        };
        read().map_err(while_doing("read the pages of the last file"))
    }

    /// Forgets the imprint: so many clients are awake that it would be of no use.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be written.
    pub fn forget_imprint(&mut self) -> Result<(), LedgerError> {
        let sql = format!("BEGIN IMMEDIATE; DELETE FROM imprint; {NO_CLIENTS} COMMIT;");
        self.connection.execute_batch(&sql).map_err(while_doing("forget what the last file was like"))
    }

    /// Writes the imprint anew: those who were looked at sleep from now on, or are awake. `sleeping` comes in the order of
    /// the buckets.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] when it cannot be written, or whatever the two lists fail with.
    pub fn note_imprint<E: From<LedgerError>>(
        &mut self,
        new: &NewImprint<'_>,
        sleeping: impl Iterator<Item = Result<Sleeper, E>>,
        awake: impl Iterator<Item = Result<ExternalId, E>>,
    ) -> Result<(), E> {
        let doing = while_doing("note what the file was like");
        let failed = |error| E::from(doing(error));
        let before = if new.looked_at.is_some() { self.imprint()? } else { None };
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let (sums, totals) = before.map(|it| (it.sums, it.totals)).unwrap_or_default();
        let mut pages = Pages { ledger: &transaction, sums, totals };
        if new.looked_at.is_none() {
            transaction.execute_batch(NO_CLIENTS).map_err(failed)?;
        }
        pages.renew(new.looked_at, sleeping, &failed)?;
        let Pages { sums, totals, .. } = pages;
        for id in new.looked_at.into_iter().flatten() {
            transaction
                .prepare_cached("DELETE FROM awake WHERE external_id = ?1")
                .and_then(|mut it| it.execute([id.as_str()]))
                .map_err(failed)?;
        }
        for id in awake {
            wake(&transaction, &id?).map_err(failed)?;
        }
        put(&transaction, new, &sums, &totals).map_err(failed)?;
        transaction.commit().map_err(failed)
    }
}

/// The pages while they are written.
struct Pages<'l> {
    ledger: &'l Transaction<'l>,
    sums: Sums,
    totals: Totals,
}

impl Pages<'_> {
    /// Takes out those who were looked at, and puts in those of them who sleep.
    fn renew<E: From<LedgerError>>(
        &mut self,
        looked_at: Option<&BTreeSet<ExternalId>>,
        sleeping: impl Iterator<Item = Result<Sleeper, E>>,
        failed: &impl Fn(rusqlite::Error) -> E,
    ) -> Result<(), E> {
        let mut leaving: BTreeMap<usize, BTreeSet<&ExternalId>> = BTreeMap::new();
        for id in looked_at.into_iter().flatten() {
            leaving.entry(Code::of(id.as_str()).bucket()).or_default().insert(id);
        }
        let mut sleeping = sleeping.peekable();
        while let Some(next) = sleeping.next() {
            let first = next?;
            let bucket = Code::of(first.external_id.as_str()).bucket();
            let mut coming = vec![first];
            let same = |next: &Result<Sleeper, E>| {
                next.as_ref().map_or(true, |it| Code::of(it.external_id.as_str()).bucket() == bucket)
            };
            while let Some(next) = sleeping.next_if(same) {
                coming.push(next?);
            }
            let gone = leaving.remove(&bucket).unwrap_or_default();
            self.replace(bucket, &gone, coming).map_err(failed)?;
        }
        for (bucket, gone) in leaving {
            self.replace(bucket, &gone, Vec::new()).map_err(failed)?;
        }
        Ok(())
    }

    fn replace(
        &mut self,
        bucket: usize,
        gone: &BTreeSet<&ExternalId>,
        coming: Vec<Sleeper>,
    ) -> rusqlite::Result<()> {
        // A page that cannot be read is no empty page: the totals would be wrong from then on.
        let known = page(self.ledger, bucket, |_| true)?.ok_or(FromSqlError::InvalidType)?;
        let (left, mut stayed): (Vec<_>, Vec<_>) =
            known.into_iter().map(|(_, it)| it).partition(|it| gone.contains(&it.external_id));
        if left.is_empty() && coming.is_empty() {
            return Ok(());
        }
        for sleeper in &left {
            self.totals.take_out(sleeper);
        }
        for sleeper in &coming {
            self.totals.add(sleeper);
        }
        stayed.extend(coming);
        self.sums.replace(bucket, &stayed);
        let put = |sql, bytes| self.ledger.prepare_cached(sql)?.execute((numbered(bucket), bytes)).map(drop);
        put("INSERT OR REPLACE INTO imprint_lines (bucket, lines) VALUES (?1, ?2)", lines(&stayed))?;
        put("INSERT OR REPLACE INTO imprint_keys (bucket, keys) VALUES (?1, ?2)", keys(&stayed))
    }
}

fn page(
    ledger: &Connection,
    bucket: usize,
    asked_for: impl Fn(&str) -> bool,
) -> rusqlite::Result<Option<Vec<(usize, Sleeper)>>> {
    // A bucket without either has no clients; one half alone is no page.
    let sql = "SELECT (SELECT lines FROM imprint_lines WHERE bucket = ?1),
        (SELECT keys FROM imprint_keys WHERE bucket = ?1)";
    ledger.prepare_cached(sql)?.query_row([numbered(bucket)], |row| {
        let [lines, keys] = [row.get_ref(0)?.as_blob_or_null()?, row.get_ref(1)?.as_blob_or_null()?];
        Ok(sleepers(lines.unwrap_or_default(), keys.unwrap_or_default(), asked_for))
    })
}

fn numbered(bucket: usize) -> i64 {
    i64::try_from(bucket).unwrap_or_default()
}

fn wake(ledger: &Connection, id: &ExternalId) -> rusqlite::Result<()> {
    let sql = "INSERT INTO awake VALUES (?1) ON CONFLICT DO NOTHING";
    ledger.prepare_cached(sql)?.execute([id.as_str()]).map(drop)
}

fn put(ledger: &Connection, new: &NewImprint<'_>, sums: &Sums, totals: &Totals) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO imprint (only_one, run, terms, bytes, digest, form, sums, totals)
        VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let NewImprint { run, terms, file: FileSeen { bytes, digest, form }, looked_at: _ } = new;
    let values = params![run.0, terms, bytes.cast_signed(), digest, form, sums.to_bytes(), Json(totals)];
    ledger.execute(sql, values).map(drop)
}
