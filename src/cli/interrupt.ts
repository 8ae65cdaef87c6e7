/** Does something once when the command is interrupted, in place of its end; call what it gives to let go. */
export function onInterrupt(act: () => void): () => void {
  process.once('SIGINT', act)
  process.once('SIGTERM', act)
  return () => {
    process.off('SIGINT', act)
    process.off('SIGTERM', act)
  }
}
