import type { RecordBatch, Table } from 'apache-arrow'
import type { ColumnOptions, Columns } from './api.js'

/** How columns become fields, and what times without a zone are. */
export interface ArrowOptions extends ColumnOptions {
  /** `utc`: times without a zone are UTC; without it they are refused. */
  naive_times?: 'utc' | null
}

/** A source of any table of a dataset. */
export interface ArrowColumns {
  columns: Columns
  options: ColumnOptions
}

/**
 * A table, or a record batch, as columns: `new Dataset({ messages: fromArrow(table) })`. Integers, floats, texts, booleans,
 * dates, timestamps of any unit, and dictionaries of integers or texts, with nulls.
 */
export function fromArrow(table: Table | RecordBatch, options?: ArrowOptions): ArrowColumns

/** The same for a stream or a file of Arrow IPC; needs apache-arrow. */
export function fromIpc(bytes: Uint8Array | ArrayBuffer | Promise<Uint8Array | ArrayBuffer>, options?: ArrowOptions): Promise<ArrowColumns>
