// The script of the worker that `createWorkerClient` talks to: import it in a worker of your own, it exports nothing.

export {}
