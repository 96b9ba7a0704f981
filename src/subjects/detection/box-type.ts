import { builder } from '../../graphql/builder.ts';
import { getTypeOfGroup } from '../../graphql/job/job-input.ts';
import { box } from './box.ts';
import type { Box } from './box.ts';

export const BoxRef = getTypeOfGroup(box);

export const PixelBoxRef = builder.objectRef<Box>('PixelBox').implement({
  description:
    'A rectangle in a frame, in pixels of the video, from its top left corner. Has no id: a cache keeps it in whatever is there.',
  fields: (t) => ({
    x: t.exposeFloat('x', { description: 'Its left side.' }),
    y: t.exposeFloat('y', { description: 'Its upper side.' }),
    width: t.exposeFloat('width', { description: 'Its width.' }),
    height: t.exposeFloat('height', { description: 'Its height.' }),
  }),
});
