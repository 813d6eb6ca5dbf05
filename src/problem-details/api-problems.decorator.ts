import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';
import { PROBLEMS, type ProblemCode } from './problems.js';

/** Says which problems a route answers with. The document refers to the named response of each status. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...codes.map((code) => ApiResponse({ status: PROBLEMS[code].status })),
  );
}
