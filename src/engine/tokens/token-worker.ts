import { answerTasks } from '../named-pool.ts'
import { TOKEN_TASKS } from './token-tasks.ts'

answerTasks(TOKEN_TASKS)
