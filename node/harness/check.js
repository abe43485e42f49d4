/**
 * Compiles the Lightning web components of packages, each against its own metadata, and says what is wrong with them.
 *
 *   node check.js FORCE_APP...     writes one line "folder: the compiler's words" for each that does not compile,
 *                                  and exits with 1 when there is one
 */
import { check } from './lib/build.js';

for (const folder of process.argv.slice(2)) {
    try {
        await check(folder);
    } catch (mistake) {
        const words = mistake.message.replaceAll(/\s+/g, ' ');
        console.error(`${folder}: ${words}`);
        process.exitCode = 1;
    }
}
