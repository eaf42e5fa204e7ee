// What both packages export.

export { Dataset } from './dataset.js'
export { OmnicontactError } from './errors.js'
export * from './operations.js'
export { LogPart, Part, PartialReport, Report } from './report.js'
export { Table, TableColumn } from './table.js'
export { Workspace } from './workspace.js'
