-- A small library's catalogue as it grew over the years, written for this project: an example of a legacy database that
-- has nothing to do with films. Every kind of dirt is in it, in Russian and English.
BEGIN;

CREATE TABLE subjects (
id integer primary key,
name text
);
INSERT INTO subjects VALUES
(1, 'Fiction'),
(2, 'Science'),
(3, ' History '),
(4, 'Поэзия'),
(5, '—'),
(6, 'Детская литература');

CREATE TABLE readers (
card text,
name text
);
INSERT INTO readers VALUES
('R-1', 'Ada Brook'),
('R-2', 'Пётр Осипов'),
(' R-3', 'Lena  Frost'),
('R-4', 'unknown'),
('R-2', 'Пётр Осипов'),
('R-1', 'Ada Brooks'),
(NULL, 'No Card');

-- Authors are one text; who only edited has it in brackets. Subjects are JSON.
CREATE TABLE books (
code text primary key,
title text,
authors text,
subjects text,
year text,
price text,
language text,
acquired text
);
INSERT INTO books VALUES
('B-01', 'The Quiet Harbour', 'Ann Marsh; Tom Reed; Ann Marsh', '[{"id": 1}]', '1987', '12.50', 'English', '1990-03-05'),
('B-02', 'Снег над рекой', 'Ольга Ветрова', '[{"id": 1}, {"id": 4}]', '2001', '150,00', 'русский', '12.04.2003'),
('B-03', 'A Short History of Salt', 'Tom Reed; Iris Vale (ed.)', '[{"id": 2}, {"id": 3}, {"id": 2}]', '1999', '18', 'English', '2000-01-31'),
('B-04', 'Stars for Beginners', 'Iris Vale(ed.); ; Б. Лунин', '[{"id": 2}]', 'unknown', '0', 'English', '—'),
('B-05', '  Сказки  старого дома ', 'Б. Лунин;Ольга Ветрова (сост.)', '[{"id": 6}, {"id": 9}]', '1979', '2.345', 'Русский', '31.02.2004'),
('B-06', 'Anonymous Letters', '—', '[]', '1720', 'unknown', 'English', NULL),
('B-07', 'Field Notes', 'Tom  Reed; unknown', 'science', '20l5', '9.99', '-', 'in spring'),
('B-08', 'Стихи о Неве', 'Ольга Ветрова; (ред.)', '[{"id": 4}]', '1991', '-5', 'русский', '1991-10-02'),
('B-09', NULL, 'Ann Marsh; Tom Reed', '[{"id": 1}, {"id": 2}]', '2010', '20', 'English', '2011-05-05'),
('B-10', 'Rain', 'Ann Marsh', NULL, '1995', '7.00', 'English', '1996-07-07'),
('B-11', 'Harbours: A Portrait', 'A. Marsh; Ann Marsh', '[{"id": 5}, {"id": 3}]', '2012', '31.10', 'English', '2012-12-12'),
('B-12', 'Ещё один год', 'Анна Лисина; Семён Ежов', '[{"id": 1}]', '2015', '420.00', 'русский', '2015-09-01'),
('B-13', 'Ёлки в январе', 'Семен Ежов', '[{"id": 1}, {"id": 6}]', '2018', '399,90', 'русский', '2018-11-30'),
('B-14', 'unknown', 'Ann Marsh', '[{"id": 1}]', '2005', '5', 'English', '2005-05-05'),
('B-15', 'The Glass Orchard', 'Neil Farrow', '[{"id": 1}', 1968, 4.5, 'English', '1970-01-01'),
('B-16', 'Letters Home', 'неизвестно', '[{"id": "3"}]', '1944', '', 'English', '1950-06-15'),
('B-17', 'Maps of Nowhere', 'Iris Vale; Neil Farrow (illustrator) (2nd ed.)', '[{"id": 1}, {"id": 3}]', '2003', '22.00', 'English', '2004-02-29'),
('B-18', 'Cafe' || char(0x301) || ' Talk', 'Zoe' || char(0x301) || ' Quill; Zoé Quill', '[]', '2020', '15.00', 'English', '2020-02-02'),
('B-19', 'Тихий день', 'Ольга Ветрова', '[{"id": 1}]', '2022', '510.00', 'русский', '2022-08-08'),
('B-20', 'Winter Birds', 'Neil Farrow', '[{"id": 2}]', '2016', '13.00', 'English', '2016-01-20'),
('B-21', 'Winter Birds', 'Neil Farrow', '[{"id": 2}]', '2016', '13.00', 'English', '2016-01-20'),
('B-22', 'Bread and Ink', 'Ann Marsh (ed.)', '[{"id": 3}]', '2008', '11.00', 'English', '2009-03-03');

-- Nobody gave it a key, so the same loan was written down twice now and then.
CREATE TABLE loans (
book text,
reader text,
lent text,
returned text
);
INSERT INTO loans VALUES
('B-01', 'R-1', '2023-01-10', '2023-01-24'),
('B-01', 'R-1', '2023-01-10', '2023-01-24'),
('B-02', 'R-2', '15.02.2023', '—'),
('B-02', 'R-2', '2023-02-15', NULL),
('B-03', 'R-3', '2023-03-01', '2023-03-20'),
('B-03', 'R-1', '2023-04-02', 'lost'),
('B-09', 'R-1', '2023-05-05', '2023-05-06'),
('B-99', 'R-2', '2023-06-01', '2023-06-02'),
('B-12', 'R-4', '2023-06-07', NULL),
('B-13', 'R-2', 'unknown', NULL),
('B-19', ' R-2', '2023-09-09', '2023-09-30'),
('B-20', 'R-3', '2023-10-01', NULL),
('B-20', 'R-3', '2023-11-01', NULL),
('B-22', 'R-1', '2023-12-24', '2024-01-02');

-- What stands beside it stays as it is, and so do an index and a view on it.
CREATE TABLE opening_hours (day text, hours text);
INSERT INTO opening_hours VALUES ('Monday', '10–18'), ('суббота', '11–15');
CREATE INDEX loans_by_reader ON loans (reader);
CREATE VIEW lent_out AS SELECT book, reader FROM loans WHERE returned IS NULL;

COMMIT;
