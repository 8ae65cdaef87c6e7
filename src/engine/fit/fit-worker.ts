import { answerTasks } from '../named-pool.ts'
import { FIT_TASKS } from './fit-tasks.ts'

answerTasks(FIT_TASKS)
