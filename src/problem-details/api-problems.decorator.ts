import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';
import { problemType, PROBLEMS, type ProblemCode } from './problem.js';

/** Documents the problems a route answers with, one response for each status. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator & ClassDecorator {
  return applyDecorators(ApiExtraModels(ProblemDto), ...codes.map(apiProblem));
}

function apiProblem(code: ProblemCode): MethodDecorator & ClassDecorator {
  const { status, title } = PROBLEMS[code];
  return ApiResponse({
    status,
    description: `${title}.`,
    content: {
      'application/problem+json': {
        schema: { $ref: getSchemaPath(ProblemDto) },
        example: {
          type: problemType(code),
          title,
          status,
          detail: `${title}.`,
          code,
          request_id: '0f3c7a52-8a7e-4a1c-9a53-6f1f3c0e5f0a',
        },
      },
    },
  });
}
